import { budgetText } from './budget.ts'
import { statisticsOf, verdictOf } from './evaluate.ts'
import type { Ending } from './problems.ts'
import type { RunEnd } from './records.ts'
import type { ValidationOutcome } from './validate-asset.ts'

/** How a run ends: from what validating its asset came to, to what is stored of it. Pure. */

export function endOf({ results, circumstances, ending, batch }: ValidationOutcome): RunEnd {
  if (ending === null) {
    const { verdict, failedSeverity } = verdictOf(results)
    return { state: 'done', verdict, failedSeverity, statistics: statisticsOf(results), sentence: null, circumstances, results, batch }
  }
  // Cancelled: nobody waits for the rest, so nothing is kept that could be read as a finding.
  const kept = ending.state === 'cancelled' ? [] : results
  return { ...endEarly(ending.state, ending.sentence), statistics: statisticsOf(kept), circumstances, results: kept, batch }
}

export function withRemarks(outcome: ValidationOutcome, remarks: readonly string[]): ValidationOutcome {
  const { circumstances } = outcome
  if (circumstances === null || remarks.length === 0) return outcome
  return { ...outcome, circumstances: { ...circumstances, remarks: [...circumstances.remarks, ...remarks] } }
}

export function overBudget(outcome: ValidationOutcome, budgetMs: number): ValidationOutcome {
  const sentence = `The time for one data asset (${budgetText(budgetMs)}) was up.`
  const ending: Ending = { state: 'incomplete', sentence, sqlstate: null, retry: false }
  const results = outcome.results.map((result) =>
    result.outcome === 'incomplete' ? { ...result, problem: { sentence, sqlstate: null } } : result,
  )
  return { ...outcome, ending, results }
}

export function endEarly(state: RunEnd['state'], sentence: string): RunEnd {
  return {
    state,
    verdict: null,
    failedSeverity: null,
    statistics: statisticsOf([]),
    sentence,
    circumstances: null,
    results: [],
    batch: null,
  }
}
