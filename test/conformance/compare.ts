import { randomUUID } from 'node:crypto'
import type { Rows } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import type { Endpoint } from '#test/integration/validation-support.ts'
import { expectation, openTestConnection, validate } from '#test/integration/validation-support.ts'
import { type Answer, type Case, requestOf, toKwargs } from './conformance.ts'
import { judge } from './judge.ts'

/** Runs cases on a database that has their tables, and holds the results against GX's answers. */

export interface Report {
  readonly equal: number
  readonly named: number
  readonly answered: number
  readonly differs: number
  /** Records by rule. */
  readonly rules: Readonly<Record<string, number>>
  readonly list: readonly { readonly case_id: string; readonly result_format: unknown; readonly why: readonly string[] }[]
}

/** `altered`: for a test of the judge, what is made of our results before they are judged. */
export async function compare(
  endpoint: Endpoint,
  cases: readonly Case[],
  answers: readonly Answer[],
  altered: (result: ExpectationResult) => ExpectationResult = (result) => result,
): Promise<Report> {
  const byCase = Map.groupBy(answers, ({ case_id }) => case_id)
  const tally = { equal: 0, named: 0, answered: 0, differs: 0 }
  const rules: Record<string, number> = {}
  const list: Report['list'][number][] = []
  let connection = await openTestConnection(endpoint)
  try {
    for (const one of cases) {
      const records = byCase.get(one.case_id) ?? []
      const [first] = records
      if (first === undefined) continue
      const ours = altered(await run(one, first.expectation_type))
      for (const record of records) {
        const judged = await judge(ours, one, record, ask)
        tally[judged.verdict] += 1
        if (judged.verdict === 'named' || judged.verdict === 'answered') rules[judged.rule] = (rules[judged.rule] ?? 0) + 1
        if (judged.verdict === 'differs') list.push({ case_id: one.case_id, result_format: record.result_format, why: judged.why })
      }
    }
  } finally {
    await connection.dispose()
  }
  return { ...tally, rules, list }

  /** A question of a rule. What cannot be asked proves nothing. */
  async function ask(text: string): Promise<Rows['rows']> {
    try {
      return (await connection.query({ text, values: [] })).rows
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error
      return []
    }
  }

  async function run(one: Case, type: string): Promise<ExpectationResult> {
    const { results, ending } = await validate(connection, one.table, [expectation(type, toKwargs(one.kwargs))], {
      ...requestOf(one),
      verify: true,
    })
    const [result] = results
    if (ending === null && result !== undefined) return result
    // A table that is not there ends the run, and its transaction with it.
    await connection.dispose()
    connection = await openTestConnection(endpoint)
    return noResult(type, ending?.sentence ?? 'no result')
  }
}

function noResult(type: string, sentence: string): ExpectationResult {
  return {
    expectationId: randomUUID(),
    type,
    kwargs: {},
    severity: 'critical',
    sentence,
    outcome: 'error',
    observedValue: null,
    counts: null,
    failingColumns: [],
    failingValues: [],
    details: {},
    failingRowsSql: null,
    provedBy: null,
    problem: { sentence, sqlstate: null },
  }
}
