import { assertNever } from '#shared/assert-never.ts'
import type { DatabaseProblem, Notification, QueryEvent, ResultColumn, SessionState } from '#shared/model/query.ts'
import { rangeAtPosition, type TextRange, utf16Offset } from '#ui/sql-editor/text-positions.ts'

/** One run of a tab, as the screen shows it. Made from the events of the run, one after the other. */

export interface RunResult {
  /** Of the statement, from 0. */
  readonly index: number
  readonly resultId: string
  readonly columns: readonly ResultColumn[]
  readonly rowCount: number
  readonly done: boolean
  /** There are more rows than were read. */
  readonly limited: boolean
  /** It may be run again for more. */
  readonly repeatable: boolean
}

export type RunMessage =
  | { readonly kind: 'notice'; readonly index: number; readonly problem: DatabaseProblem }
  | { readonly kind: 'complete'; readonly index: number; readonly commandTag: string; readonly durationMs: number }
  | {
      readonly kind: 'failed'
      readonly index: number
      readonly problem: DatabaseProblem
      readonly durationMs: number /** Perhaps meant. */
      readonly names: readonly string[]
    }

export interface RunState {
  readonly phase: 'idle' | 'running' | 'cancelling' | 'finished'
  /** What was sent, and where in the editor's text it began (UTF-16 units). */
  readonly sent: {
    readonly sql: string
    /** null: it is not of that text. */
    readonly offset: number | null
    readonly readOnly: boolean
    readonly rowLimit: number
    readonly prefixLength: number
  }
  /** performance.now() at the start. */
  readonly startedAt: number
  /** The statement under way and how many there are; null before the first. */
  readonly progress: { readonly index: number; readonly count: number } | null
  readonly results: readonly RunResult[]
  readonly messages: readonly RunMessage[]
  /** What the editor underlines, in its own text; null: nothing, or the server named no place. */
  readonly mark: (TextRange & { readonly message: string }) | null
  readonly outcome: Extract<QueryEvent, { type: 'finished' }> | null
  /** The tab's session as last heard; null: not asked yet. */
  readonly session: SessionState | null
  /** What its session was sent, the newest last. */
  readonly notifications: readonly Notification[]
  /** What went wrong on the way to the server. */
  readonly error: unknown
}

export const idleRun: RunState = {
  phase: 'idle',
  sent: { sql: '', offset: 0, readOnly: true, rowLimit: 0, prefixLength: 0 },
  startedAt: 0,
  progress: null,
  results: [],
  messages: [],
  mark: null,
  outcome: null,
  session: null,
  notifications: [],
  error: null,
}

export function applyEvent(run: RunState, event: QueryEvent): RunState {
  switch (event.type) {
    case 'statement':
      return { ...run, progress: { index: event.index, count: event.count } }
    case 'result': {
      const { index, resultId, columns } = event
      return {
        ...run,
        results: [...run.results, { index, resultId, columns, rowCount: 0, done: false, limited: false, repeatable: false }],
      }
    }
    case 'rows': {
      const { rowCount, done, limited, repeatable } = event
      return {
        ...run,
        results: run.results.map((result) =>
          result.resultId === event.resultId ? { ...result, rowCount, done, limited, repeatable } : result,
        ),
      }
    }
    case 'notice':
      return { ...run, messages: [...run.messages, { kind: 'notice', index: event.index, problem: event.problem }] }
    case 'complete': {
      const { index, commandTag, durationMs } = event
      return { ...run, messages: [...run.messages, { kind: 'complete', index, commandTag, durationMs }] }
    }
    case 'failed': {
      const { index, problem, durationMs } = event
      return { ...run, messages: [...run.messages, { kind: 'failed', index, problem, durationMs, names: [] }], mark: markOf(run, problem) }
    }
    case 'suggestion':
      return {
        ...run,
        messages: run.messages.map((message) =>
          message.kind === 'failed' && message.index === event.index ? { ...message, names: event.names } : message,
        ),
      }
    case 'session':
      return { ...run, session: event.state }
    case 'finished':
      return { ...run, phase: 'finished', outcome: event }
    default:
      return assertNever(event)
  }
}

/** Whether the server has done all of it, and only how it ended is still to be heard: the session's state, names that were perhaps meant. */
export function isRunThrough({ progress, results, messages }: RunState, stopsAtError: boolean): boolean {
  if (progress === null) return false
  const isLast = ({ index }: { readonly index: number }) => index === progress.count - 1
  return (
    results.some((result) => isLast(result) && result.done) ||
    messages.some((message) => message.kind !== 'notice' && (isLast(message) || (message.kind === 'failed' && stopsAtError)))
  )
}

/** Line and column, both from 1, of character `position` (from 1) within what was sent; null where the server named none. */
export function placeOf(run: RunState, problem: DatabaseProblem): { readonly line: number; readonly column: number } | null {
  if (problem.position === null) return null
  const before = run.sent.sql.slice(0, utf16Offset(run.sent.sql, problem.position - 1))
  // What was put before the text, as EXPLAIN is, is not where the person looks.
  const lines = before.slice(run.sent.prefixLength).split('\n')
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 }
}

function markOf({ sent }: RunState, { position, message }: DatabaseProblem): RunState['mark'] {
  if (position === null || sent.offset === null) return null
  const { from, to } = rangeAtPosition(sent.sql, position)
  return { from: from + sent.offset, to: to + sent.offset, message }
}
