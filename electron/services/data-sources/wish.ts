import { AppError, invalid } from '#shared/contract/errors.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import type { DataSourceInput, Sslmode } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { looksLikeConnectionString, parseConnectionString } from '#shared/postgres/connection-string.ts'
import { decideTls } from '#shared/postgres/tls-policy.ts'

/** What a person typed, read and held against the policy. */

export interface ConnectionWish {
  readonly fields: ConnectionFields
  readonly sslmode: Sslmode
}

export type ReadWish =
  | { readonly ok: true; readonly wish: ConnectionWish }
  | { readonly ok: false; readonly report: Extract<ConnectReport, { ok: false }> }

type Typed = Pick<DataSourceInput, 'connectionString' | 'sslmode' | 'plaintextConsent'>

/** A refusal is a value: the form shows it at its field. */
export function readWish(typed: Typed): ReadWish {
  const parsed = parseConnectionString(typed.connectionString)
  if (!parsed.ok) {
    return refuse('unreadable', parsed.problem.sentence, 'Correct the connection string.', 'connectionString', [])
  }
  const { fields } = parsed
  const { host, sslmode: word, certificateFiles } = fields
  const { sslmode: chosen, plaintextConsent } = typed
  const decision = decideTls({ host, word, namesCertificates: certificateFiles !== undefined, chosen, plaintextConsent })
  if (!decision.allowed) return refuse('plaintext-consent', decision.sentence, decision.remedy, 'sslmode', ['accept-plaintext'])
  return { ok: true, wish: { fields, sslmode: decision.sslmode } }
}

/** @throws AppError INVALID at the field */
export function requireWish(typed: Typed): ConnectionWish {
  const read = readWish(typed)
  if (read.ok) return read.wish
  throw new AppError('INVALID', read.report.sentence, { field: read.report.field }, { action: 'show-choices' })
}

/** @throws AppError INVALID at `name` */
export function requireName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '') throw invalid('Give the data source a name.', 'name')
  // SECURITY: names are kept and shown; a connection string in the wrong field has its password in it.
  if (looksLikeConnectionString(trimmed))
    throw invalid('This is a connection string. Put it into its own field, and a short name here.', 'name')
  if (trimmed.length > 100) throw invalid('A name may have at most 100 characters.', 'name')
  return trimmed
}

function refuse(
  cause: string,
  sentence: string,
  remedy: string,
  field: 'connectionString' | 'sslmode',
  choices: ('accept-plaintext' | 'accept-unverified')[],
): ReadWish {
  return { ok: false, report: { ok: false, step: 'parse', cause, sentence, remedy, field, sqlstate: null, choices, trace: null } }
}
