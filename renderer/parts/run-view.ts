import { assertNever } from '#shared/assert-never.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { ExpectationResult, RowCounts, RunState, RunStatistics, RunSummary } from '#shared/model/run.ts'
import { countOf } from '#ui/format.ts'

/** What the screens say about runs and results, as plain functions of the data. */

export function isUnderWay(state: RunState): boolean {
  return state === 'queued' || state === 'running'
}

/** From its start to its end; null: it is not over. */
export function runDurationMs({ startedAt, finishedAt }: Pick<RunSummary, 'startedAt' | 'finishedAt'>): number | null {
  return finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt)
}

/** How a run came out, and what to do next. null for a run that is done: its results say it. */
export interface RunNote {
  readonly title: string
  readonly sentence: string
  readonly nextStep: string
  readonly tone: 'neutral' | 'warning'
}

export function noteOf(run: Pick<RunSummary, 'state' | 'sentence'>): RunNote | null {
  const said = (otherwise: string) => run.sentence ?? otherwise
  switch (run.state) {
    case 'queued':
    case 'running':
    case 'done':
      return null
    case 'cancelled':
      return {
        title: 'Cancelled',
        sentence: said('The run was stopped before it came to a verdict. The server was told to stop as well.'),
        nextStep: 'Validate again for a verdict.',
        tone: 'neutral',
      }
    case 'interrupted':
      return {
        title: 'Interrupted',
        sentence: said('The program that ran it ended before the run did, so there is no verdict.'),
        nextStep: 'Nothing was lost but this run. Validate again for a verdict.',
        tone: 'warning',
      }
    case 'incomplete':
      return {
        title: 'Incomplete',
        sentence: said('Not every expectation could be evaluated, so there is no verdict.'),
        nextStep: 'The results below stand. Remove the cause, then validate again.',
        tone: 'warning',
      }
    case 'failed':
      return {
        title: 'Could not run',
        sentence: said('The run ended before any expectation was evaluated.'),
        nextStep: 'This says nothing about the data. Remove the cause, then validate again.',
        tone: 'warning',
      }
    default:
      return assertNever(run.state)
  }
}

/** `3 of 11 expectations failed`, `All 11 expectations passed`, … */
export function statisticsSentence({ evaluated, successful, unsuccessful, errored }: RunStatistics): string {
  if (evaluated === 0) return 'No expectation was evaluated'
  const all = countOf(evaluated, 'expectation')
  if (successful === evaluated) return evaluated === 1 ? 'The expectation passed' : `All ${all} passed`
  const parts = [unsuccessful > 0 ? `${unsuccessful} failed` : null, errored > 0 ? `${errored} could not be evaluated` : null]
  return `Of ${all}, ${parts.filter((part) => part !== null).join(' and ')}`
}

/** Heights of a run's bar, each 0 to 1. All nought for a run that evaluated nothing. */
export interface RunShares {
  readonly passed: number
  readonly failed: number
  readonly errored: number
}

export function sharesOf({ evaluated, successful, unsuccessful, errored }: RunStatistics): RunShares {
  if (evaluated === 0) return { passed: 0, failed: 0, errored: 0 }
  return { passed: successful / evaluated, failed: unsuccessful / evaluated, errored: errored / evaluated }
}

/** `12 of 3,400 rows (0.35 %)`. null when there is nothing to count. `mayFail`: the percent that it is read beside. */
export function unexpectedSentence(counts: RowCounts | null, mayFail: number | null = null): string | null {
  if (counts === null) return null
  const share = counts.unexpectedPercent ?? counts.unexpectedPercentTotal
  return `${counts.unexpectedCount.toLocaleString()} of ${countOf(counts.elementCount, 'row')}${share === null ? '' : ` (${percentText(share, mayFail)})`}`
}

/**
 * 0 to 100, with as many digits as tell it from nothing and from everything, and from the percent `beside` it: 94.96 % beside the
 * 95 % that must hold never reads 95.0 %.
 */
export function percentText(percent: number, beside: number | null = null): string {
  if (percent === 0 || percent === 100) return `${percent} %`
  if (percent < 0.01 && (beside === null || beside <= 0 || beside >= 0.01)) return '< 0.01 %'
  if (percent > 99.99 && (beside === null || beside >= 100 || beside <= 99.99)) return '> 99.99 %'
  const digits = percent < 10 || percent > 99 ? 2 : 1
  // Closer than this, they are the same number and differ by what binary division left.
  if (beside === null || Math.abs(percent - beside) < 1e-12) return `${percent.toFixed(digits)} %`
  const side = Math.sign(percent - beside)
  const enough = MORE_DIGITS.find((more) => Math.sign(Number(percent.toFixed(digits + more)) - beside) === side)
  return `${enough === undefined ? percent : percent.toFixed(digits + enough)} %`
}

const MORE_DIGITS = Array.from({ length: 14 }, (_, more) => more)

/** A percent that a person set, as it was set: `95 %`. */
export function exactPercentText(percent: number): string {
  return `${percent} %`
}

/** An observed value as one line. null: there is none. */
export function observedText(value: ExpectationResult['observedValue']): string | null {
  if (value === null) return null
  if (Array.isArray(value)) return value.map((item) => observedText(item) ?? 'NULL').join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

/** The further facts of a result as terms and values, without those that are told elsewhere; nested ones by their last name: `mismatched.missing` is “Missing”. */
export function detailFacts(
  details: Kwargs,
  leftOut: ReadonlySet<string> = new Set(),
): readonly { readonly term: string; readonly value: string }[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (value === null || value === undefined || leftOut.has(name)) return []
    if (typeof value === 'object' && !Array.isArray(value)) return detailFacts(value as Kwargs)
    return [{ term: termOf(name), value: observedText(value) ?? '' }]
  })
}

/** Equal failing values once, with how often they stand in the sample, in the order of their first one. */
export function tallyValues(values: readonly (string | null)[]): readonly { readonly value: string | null; readonly count: number }[] {
  const counts = new Map<string | null, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count }))
}

/** Columns of a timeline: more would not be told apart. */
export const RUNS_DRAWN = 40

/** Which runs a timeline shows, of `count` that were asked for with a `limit`. */
export function timelineSentence(count: number, limit: number): string {
  if (count <= RUNS_DRAWN) return `${countOf(count, 'run')}.`
  return `The newest ${RUNS_DRAWN} of ${count < limit ? countOf(count, 'run') : `${limit} runs or more`}.`
}

/** The runs of each asset, in the order in which the assets were last validated. */
export function runsByAsset(runs: readonly RunSummary[]): readonly { readonly assetId: string; readonly runs: readonly RunSummary[] }[] {
  const byAsset = new Map<string, RunSummary[]>()
  for (const run of runs) byAsset.set(run.assetId, [...(byAsset.get(run.assetId) ?? []), run])
  return [...byAsset].map(([assetId, own]) => ({ assetId, runs: own }))
}

/** Where a run stands among the filters of the Runs page. */
export type RunFilter = 'all' | 'passed' | 'failed' | 'unfinished' | 'running'

export function matchesFilter(run: RunSummary, filter: RunFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'passed':
      return run.state === 'done' && run.verdict === 'passed'
    case 'failed':
      return run.state === 'done' && run.verdict === 'failed'
    case 'running':
      return isUnderWay(run.state)
    case 'unfinished':
      return !isUnderWay(run.state) && (run.state !== 'done' || run.verdict === 'error' || run.verdict === null)
  }
}

function termOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
