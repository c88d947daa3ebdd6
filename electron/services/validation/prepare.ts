import type { AnyExpectationDefinition, Batch, Metrics, TableShape } from '#shared/expectations/definition.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { proseText } from '#shared/expectations/prose.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
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
  readonly probes: readonly Sql[]
}

export interface Broken {
  readonly kind: 'broken'
  readonly expectation: Expectation
  readonly sentence: string
  readonly problem: Problem
}

export function prepare(expectation: Expectation, table: TableShape, batch: Batch): Prepared {
  const definition = findExpectation(expectation.type)
  if (definition === null) return broken(expectation, expectation.type, `Plumbline does not know the expectation ${expectation.type}.`)
  const parsed = parseKwargs(definition, expectation.kwargs)
  if (!parsed.ok) return broken(expectation, definition.title, `${parsed.field ?? 'Parameters'}: ${parsed.sentence}`)
  const sentence = expectation.description ?? proseText(definition.prose(parsed.params))
  const [problem] = definition.check?.(parsed.params, table) ?? []
  if (problem !== undefined) return broken(expectation, sentence, problem.sentence)
  return {
    kind: 'ready',
    expectation,
    definition,
    params: parsed.params,
    sentence,
    metrics: definition.metrics(parsed.params, batch),
    probes: definition.probes?.(parsed.params) ?? [],
  }
}

function broken(expectation: Expectation, sentence: string, why: string): Broken {
  return { kind: 'broken', expectation, sentence, problem: { sentence: why, sqlstate: null, aboutValues: false } }
}
