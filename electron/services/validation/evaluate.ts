import type { Evaluation, MetricValues, TableShape } from '#shared/expectations/definition.ts'
import type { Severity } from '#shared/model/expectation.ts'
import type { ExpectationResult, RunStatistics, Verdict } from '#shared/model/run.ts'
import type { Measured } from './execute.ts'
import { type MetricKeys, metricKeys } from './plan.ts'
import type { Prepared, Ready } from './prepare.ts'
import type { Ending, Problem } from './problems.ts'

/** From measured numbers to verdicts. Pure; what was not measured is never a pass. */

/** What is known about one expectation after measuring. */
export type Judged =
  | { readonly kind: 'evaluated'; readonly prepared: Ready; readonly evaluation: Evaluation }
  | { readonly kind: 'error'; readonly prepared: Prepared; readonly problem: Problem }
  | { readonly kind: 'incomplete'; readonly prepared: Prepared; readonly ending: Ending }

/** Values by the metric's own name; or why there are none: a problem, or `missing` because the run ended before. */
export type Lookup =
  | { readonly kind: 'values'; readonly values: MetricValues }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'missing' }

export function lookUp(keys: MetricKeys, measured: Measured): Lookup {
  const values: Record<string, MetricValues[string]> = {}
  for (const [name, key] of Object.entries(keys)) {
    const problem = measured.problems.get(key)
    if (problem !== undefined) return { kind: 'problem', problem }
    const value = measured.values.get(key)
    if (value === undefined) return { kind: 'missing' }
    values[name] = value
  }
  return { kind: 'values', values }
}

/** `second`: the keys of each expectation's second round, where it asked for one; null where that could not be asked any more. */
export function judge(
  prepared: Prepared,
  second: ReadonlyMap<Prepared, MetricKeys>,
  measured: Measured,
  table: TableShape,
  ending: Ending | null,
): Judged {
  if (prepared.kind === 'broken') return { kind: 'error', prepared, problem: prepared.problem }
  const more = second.get(prepared)
  const found = lookUp({ ...metricKeys(prepared.metrics), ...more }, measured)
  if (found.kind === 'problem') return { kind: 'error', prepared, problem: found.problem }
  const asked = more !== undefined || prepared.definition.more === undefined
  if (found.kind === 'missing' || !asked) return { kind: 'incomplete', prepared, ending: ending ?? endedEarly }
  return {
    kind: 'evaluated',
    prepared,
    evaluation: prepared.definition.evaluate(prepared.params, { ...prepared.given, ...found.values }, table),
  }
}

const endedEarly: Ending = { state: 'incomplete', sentence: 'The run ended before this was measured.', sqlstate: null, retry: false }

export interface RunVerdict {
  readonly verdict: Verdict
  readonly failedSeverity: Severity | null
}

export function statisticsOf(results: readonly ExpectationResult[]): RunStatistics {
  const count = (outcome: ExpectationResult['outcome']): number => results.filter((result) => result.outcome === outcome).length
  return {
    evaluated: results.length,
    successful: count('passed'),
    unsuccessful: count('failed'),
    errored: count('error') + count('incomplete'),
  }
}

export function verdictOf(results: readonly ExpectationResult[]): RunVerdict {
  const failed = results.filter((result) => result.outcome === 'failed').map((result) => result.severity)
  const failedSeverity = severities.find((severity) => failed.includes(severity)) ?? null
  if (failedSeverity !== null) return { verdict: 'failed', failedSeverity }
  // Nothing evaluated is nothing passed.
  return {
    verdict: results.length > 0 && results.every((result) => result.outcome === 'passed') ? 'passed' : 'error',
    failedSeverity: null,
  }
}

/** Worst first. */
const severities: readonly Severity[] = ['critical', 'warning', 'info']
