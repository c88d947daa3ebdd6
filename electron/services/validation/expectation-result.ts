import type { FailingRows } from '#shared/expectations/definition.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import type { Judged } from './evaluate.ts'
import { failingRowsSql } from './failing-rows.ts'
import { withoutValues } from './problems.ts'
import type { Sample } from './samples.ts'

/** From the verdict on one expectation to the result that is stored and shown. Pure. */

/** `keepFailingValues` false: no value of a row is kept or quoted. */
export function resultOf(
  judged: Judged,
  sample: Sample,
  { keepFailingValues }: { readonly keepFailingValues: boolean },
): ExpectationResult {
  const { prepared } = judged
  const { id, type, kwargs, severity } = prepared.expectation
  const base = { expectationId: id, type, kwargs, severity, sentence: prepared.sentence, ...nothingFound }
  if (judged.kind === 'incomplete') {
    return { ...base, outcome: 'incomplete', problem: { sentence: judged.ending.sentence, sqlstate: judged.ending.sqlstate } }
  }
  if (judged.kind === 'error') {
    const { sentence, sqlstate } = keepFailingValues ? judged.problem : withoutValues(judged.problem)
    return { ...base, outcome: 'error', problem: { sentence, sqlstate } }
  }
  const { evaluation } = judged
  const failing = failingOf(judged)
  return {
    ...base,
    outcome: evaluation.success ? 'passed' : 'failed',
    observedValue: evaluation.observedValue,
    counts: evaluation.counts,
    details: keepFailingValues ? evaluation.details : withoutListedValues(evaluation.details),
    failingColumns: [...sample.columns],
    failingValues: sample.values.map((row) => [...row]),
    provedBy: judged.prepared.provedBy,
    failingRowsSql: failing === null ? null : failingRowsSql(failing, judged.prepared.batch),
  }
}

/** How its failing rows are found; null: none fails, or there is no way. Rows can fail in an expectation that passes: `mostly` allows some. They are shown all the same. */
export function failingOf({ prepared, evaluation }: Judged & { readonly kind: 'evaluated' }): FailingRows | null {
  const { success, counts } = evaluation
  const some = counts === null ? !success : counts.unexpectedCount > 0
  return some ? (prepared.definition.failing?.(prepared.params, prepared.batch) ?? null) : null
}

const nothingFound = {
  observedValue: null,
  counts: null,
  failingColumns: [],
  failingValues: [],
  details: {},
  failingRowsSql: null,
  provedBy: null,
  problem: null,
} satisfies Partial<ExpectationResult>

/** Counts without the values that were counted. */
function withoutListedValues({ unexpected_values: _, ...details }: Kwargs): Kwargs {
  return details
}
