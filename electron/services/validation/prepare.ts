import type { AnyExpectationDefinition, Batch, Elsewhere, Metrics, MetricValues, TableShape } from '#shared/expectations/definition.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { proseText } from '#shared/expectations/prose.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
import { conditionProblems, conditionProse, type RowCondition } from '#shared/expectations/row-condition.ts'
import { resolveParameters } from '#shared/expectations/suite-parameters.ts'
import type { Expectation, Kwargs } from '#shared/model/expectation.ts'
import type { Sql } from '#shared/sql/sql.ts'
import type { Problem } from './problems.ts'

/** An expectation on its way through a run: either it can be asked, or there is a sentence why not. Pure. */
export type Prepared = Ready | Broken

export interface Ready {
  readonly kind: 'ready'
  readonly expectation: Expectation
  readonly definition: AnyExpectationDefinition
  readonly params: Kwargs
  readonly sentence: string
  readonly metrics: Metrics
  /** Values of metrics that need no measuring, because a constraint says them. */
  readonly given: MetricValues
  /** The constraint that proves the verdict; null: it is measured. */
  readonly provedBy: string | null
  readonly probes: readonly Sql[]
  /** The rows it is about: those of its row condition, or all. */
  readonly batch: Batch
  readonly condition: RowCondition | null
}

export interface Broken {
  readonly kind: 'broken'
  readonly expectation: Expectation
  readonly sentence: string
  readonly problem: Problem
}

/** What an expectation is asked of. */
export interface Asked {
  readonly table: TableShape
  readonly batch: Batch
  /** Values of the suite parameters that kwargs name. */
  readonly parameters: Kwargs
  /** The batch with only the rows of a condition in it. */
  rowsOf(condition: RowCondition): Batch
  /** What another data source answered, or why it did not. */
  answerOf(wanted: Elsewhere): Sql | Problem
}

/** What an expectation asks of another data source. null: nothing, or it cannot be asked at all. */
export function elsewhereOf(expectation: Expectation, { table, parameters }: Pick<Asked, 'table' | 'parameters'>): Elsewhere | null {
  const definition = findExpectation(expectation.type)
  if (definition?.elsewhere === undefined) return null
  const resolved = resolveParameters(expectation.kwargs, parameters)
  const parsed = resolved.ok ? parseKwargs(definition, resolved.kwargs) : null
  return parsed?.ok === true ? definition.elsewhere(parsed.params, table) : null
}

export function prepare(expectation: Expectation, { table, batch, parameters, rowsOf, answerOf }: Asked): Prepared {
  const definition = findExpectation(expectation.type)
  if (definition === null) return broken(expectation, expectation.type, `Plumbline does not know the expectation ${expectation.type}.`)
  const resolved = resolveParameters(expectation.kwargs, parameters)
  if (!resolved.ok) return broken(expectation, definition.title, `${resolved.field}: ${resolved.sentence}`)
  const parsed = parseKwargs(definition, resolved.kwargs)
  if (!parsed.ok) return broken(expectation, definition.title, `${parsed.field ?? 'Parameters'}: ${parsed.sentence}`)
  const { condition } = parsed
  const sentence = expectation.description ?? proseText([...definition.prose(parsed.params), ...conditionProse(condition)])
  const conditionProblem = condition === null ? [] : conditionProblems(condition, table)
  const [problem] = [...conditionProblem, ...(definition.check?.(parsed.params, table) ?? [])]
  if (problem !== undefined) return broken(expectation, sentence, problem.sentence)
  const elsewhere = definition.elsewhere?.(parsed.params, table) ?? null
  const answer = elsewhere === null ? null : answerOf(elsewhere)
  if (answer !== null && 'sentence' in answer) return { kind: 'broken', expectation, sentence, problem: answer }
  const rows = condition === null ? batch : rowsOf(condition)
  const own = answer === null ? rows : { ...rows, elsewhere: answer }
  return {
    kind: 'ready',
    expectation,
    definition,
    params: parsed.params,
    sentence,
    metrics: onRowsOf(own, batch, definition.metrics(parsed.params, own)),
    given: {},
    provedBy: null,
    batch: own,
    condition,
    probes: definition.probes?.(parsed.params) ?? [],
  }
}

/** Metrics over the rows of `own`: the shared scan is that of the whole batch, and knows how to look at some of them. */
export function onRowsOf(own: Batch, batch: Batch, metrics: Metrics): Metrics {
  if (own === batch) return metrics
  const { source: from, within } = own
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => {
      if (metric.pass !== 'scan') return [name, metric]
      const shared = within === undefined ? undefined : metric.within?.(within)
      return [name, { ...metric, from, ...(shared === undefined ? {} : { shared }) }]
    }),
  )
}

function broken(expectation: Expectation, sentence: string, why: string): Broken {
  return { kind: 'broken', expectation, sentence, problem: { sentence: why, sqlstate: null, aboutValues: false } }
}
