import { ORPCError } from '@orpc/client'
import { type ErrorAction, ErrorAction as ErrorActionSchema, type ErrorCode, errorMap } from '#shared/contract/errors.ts'
import { Disconnected } from './connection.ts'

/** One table from every error that can reach the page to what the screen says and offers. */

export interface PresentedError {
  readonly code: ErrorCode | 'DISCONNECTED'
  /** Short, for the head of a panel. */
  readonly title: string
  /** What happened, for a person. */
  readonly sentence: string
  /** What to do about it; null when the sentence says it. */
  readonly remedy: string | null
  /** Further facts, in the server's words. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  /** What the screen offers. `none`: nothing but closing it. */
  readonly action: ErrorAction
  readonly actionLabel: string | null
  /** The data source it belongs to, for `enter-password` and `edit-data-source`. */
  readonly dataSourceId: string | null
  /** The form field it belongs to. */
  readonly field: string | null
  /** What it needs is in the vault, or would go there: unlocking it is all that is missing. */
  readonly vaultLocked: boolean
  /** A wish of the person's own, for example a cancel: nothing is shown. */
  readonly silent: boolean
}

export function presentError(error: unknown): PresentedError {
  if (error instanceof Disconnected) return { ...blank, ...row('DISCONNECTED', error.message, {}) }
  if (isAbort(error)) return { ...blank, ...row('CANCELLED', 'Cancelled.', {}) }
  if (error instanceof ORPCError && error.defined && isErrorCode(error.code)) {
    const detail: unknown = error.data
    return { ...blank, ...row(error.code, error.message, isRecord(detail) ? detail : {}) }
  }
  return { ...blank, ...row('INTERNAL', 'Something went wrong on this page. Reloading it is safe: nothing that was saved is lost.', {}) }
}

/** The problem of one form field, by its name; null when the error is about something else. */
export function fieldProblem(error: unknown): { readonly field: string; readonly sentence: string } | null {
  const { field, sentence } = presentError(error)
  return field === null ? null : { field, sentence }
}

/** Every code, with how it is headed and which action it offers when the error itself names none. */
export const errorRows: Readonly<Record<PresentedError['code'], { readonly title: string; readonly action: ErrorAction }>> = {
  INVALID: { title: 'Not accepted', action: 'none' },
  NOT_FOUND: { title: 'Not there any more', action: 'none' },
  CONFLICT: { title: 'Already there', action: 'none' },
  CONNECTION_FAILED: { title: 'No connection to the server', action: 'retry' },
  PASSWORD_NEEDED: { title: 'Password needed', action: 'enter-password' },
  DATABASE: { title: 'The server refused', action: 'retry' },
  CANCELLED: { title: 'Cancelled', action: 'none' },
  BUSY: { title: 'Already under way', action: 'none' },
  UNAVAILABLE: { title: 'Not available', action: 'retry' },
  INTERNAL: { title: 'Something went wrong', action: 'retry' },
  DISCONNECTED: { title: 'Connection interrupted', action: 'retry' },
}

const actionLabels: Readonly<Record<ErrorAction, string | null>> = {
  retry: 'Try again',
  'enter-password': 'Enter password',
  'unlock-vault': 'Unlock the vault',
  'edit-data-source': 'Edit data source',
  'show-choices': 'Show choices',
  'open-log': 'Show where the log is',
  none: null,
}

const blank = { remedy: null, facts: [], dataSourceId: null, field: null, vaultLocked: false }

function row(
  code: PresentedError['code'],
  sentence: string,
  detail: Readonly<Record<string, unknown>>,
): Omit<PresentedError, keyof typeof blank> & Partial<PresentedError> {
  const own = ErrorActionSchema.safeParse(detail.action)
  const action = own.success && own.data !== 'none' ? own.data : errorRows[code].action
  // Where the password is the vault's, what is entered is the passphrase; and so where the vault is to take one.
  const locked = (code === 'PASSWORD_NEEDED' && detail.reason === 'locked') || action === 'unlock-vault'
  const text = (name: string) => (typeof detail[name] === 'string' && detail[name] !== '' ? detail[name] : null)
  return {
    code,
    title: locked ? 'The vault is locked' : errorRows[code].title,
    sentence,
    remedy: text('remedy') ?? text('hint'),
    facts: [
      // Elsewhere `cause` is a word for programs; here it is what the system said.
      { label: 'Cause', value: code === 'UNAVAILABLE' && !locked ? text('cause') : null },
      { label: 'Detail', value: text('detail') },
      { label: 'SQLSTATE', value: text('sqlstate') },
      { label: 'Log entry', value: text('logId') },
    ].flatMap(({ label, value }) => (value === null ? [] : [{ label, value }])),
    action,
    actionLabel: actionLabels[locked ? 'unlock-vault' : action],
    dataSourceId: text('dataSourceId'),
    field: text('field'),
    vaultLocked: locked,
    silent: code === 'CANCELLED',
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorMap, code)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
