import { presentError } from '#api/present-error.ts'
import { assertNever } from '#shared/assert-never.ts'
import { countsSentence } from '#shared/model/statement-counts.ts'
import { quoteName } from '#shared/sql/quote-name.ts'
import { countOf, formatCount } from '#ui/format.ts'
import type { RunResult, RunState } from './run-state.ts'

/** The sentences of the status line and the texts that the object tree makes. */

/** `00:00:00.123`: hours, minutes, seconds, milliseconds. */
export function formatClock(durationMs: number): string {
  const whole = Math.max(0, Math.round(durationMs))
  const part = (value: number, length = 2) => String(Math.floor(value)).padStart(length, '0')
  return `${part(whole / 3_600_000)}:${part((whole / 60_000) % 60)}:${part((whole / 1_000) % 60)}.${part(whole % 1_000, 3)}`
}

/** `1:04`: minutes and seconds; hours where there are some. */
export function clockOf(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000))
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}:${part(seconds % 60)}` : `${Math.floor(minutes / 60)}:${part(minutes % 60)}:${part(seconds % 60)}`
}

export function rowsSentence(result: RunResult | null, running: boolean): string {
  if (result === null) return ''
  if (!result.done && !running) return `First ${countOf(result.rowCount, 'row')}; the statement did not end`
  if (!result.done) return `Rows so far: ${formatCount(result.rowCount)}`
  return result.limited ? `First ${countOf(result.rowCount, 'row')}; there are more` : `Total rows: ${formatCount(result.rowCount)}`
}

export function runSentence(run: RunState, elapsedMs: number): string {
  const { phase, outcome, progress, error } = run
  switch (phase) {
    case 'idle':
      return 'Ready'
    case 'cancelling':
      return 'Cancelling …'
    case 'running':
      return `Running${progress !== null && progress.count > 1 ? ` statement ${progress.index + 1} of ${progress.count}` : ''} … ${formatClock(elapsedMs)}`
    case 'finished':
      if (outcome === null) return error === null ? 'Ended' : brokenSentence(run)
      switch (outcome.outcome) {
        case 'complete':
          return `Query complete ${formatClock(outcome.durationMs)}`
        case 'failed':
          return `Query failed ${formatClock(outcome.durationMs)}${countsOf(run)}`
        case 'cancelled':
          return `Query cancelled ${formatClock(outcome.durationMs)}`
        default:
          return assertNever(outcome.outcome)
      }
    default:
      return assertNever(phase)
  }
}

/** Of a run whose end was not heard. Once the server had begun it, or the question itself was lost, it may have run and committed. */
function brokenSentence({ progress, error }: RunState): string {
  const lost = presentError(error).code === 'DISCONNECTED'
  if (progress === null && !lost) return 'Not run'
  return `${lost ? 'Connection lost' : 'Broken off'}; whether it ran to its end is not known`
}

/** Of a script with more than one statement, how many of them came how far. */
function countsOf({ messages, progress }: RunState): string {
  const count = (kind: 'complete' | 'failed') => messages.filter((message) => message.kind === kind).length
  const sentence = countsSentence({ all: progress?.count ?? 0, ran: count('complete'), failed: count('failed') })
  return sentence === null ? '' : `: ${sentence}`
}

/** How a cancel ended, when more than the usual way was needed. */
export function cancelSentence(by: 'cancel' | 'terminate' | 'disconnect' | null): string {
  switch (by) {
    case 'terminate':
      return 'Cancelled. The statement did not stop when asked, so its session was ended.'
    case 'disconnect':
      return 'Cancelled. The server did not answer, so the connection was dropped; whether the statement still runs there is not known.'
    case 'cancel':
    case null:
      return 'Cancelled. The server stopped the statement.'
    default:
      return assertNever(by)
  }
}

export function qualifiedName(schema: string, relation: string): string {
  return `${quoteName(schema)}.${quoteName(relation)}`
}

export function firstRowsSql(schema: string, relation: string): string {
  return `SELECT *\nFROM ${qualifiedName(schema, relation)}\nLIMIT 100;\n`
}
