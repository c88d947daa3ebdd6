import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { gxResult, gxSuiteResult } from '#shared/expectations/gx-result.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { ExpectationResult, Run } from '#shared/model/run.ts'
import { compare } from '#test/conformance/compare.ts'
import { otherKeys, readAnswers, readCases } from '#test/conformance/conformance.ts'
import { createDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** Our results in GX's own JSON have the keys that GX Core's have, for every case of the conformance data. */

const data = (name: string) => new URL(`../conformance/data/${name}`, import.meta.url).pathname

test('every record has the keys of GX Core 1.24.1', { timeout: 900_000 }, async () => {
  const database = await createDatabase({ sql: readFileSync(data('tables.sql'), 'utf8') })
  const answers = Map.groupBy(readAnswers(data('answers-1.24.1')), ({ case_id }) => case_id)
  const cases = readCases(data('cases.json')).filter(({ case_id }) => answers.has(case_id))
  const results: ExpectationResult[] = []
  await compare(database, cases, [...answers.values()].flat(), (result) => {
    results.push(result)
    return result
  })
  const categories = new Map<string, Map<string, string>>()
  for (const { relname, attname, typcategory } of await database.run(`
    SELECT c.relname, a.attname, t.typcategory FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attnum > 0 AND c.relnamespace = 'public'::regnamespace`)) {
    const table = categories.get(String(relname)) ?? new Map<string, string>()
    categories.set(String(relname), table.set(String(attname), String(typcategory)))
  }
  await database.dispose()
  const others = cases.flatMap((one, index) =>
    (answers.get(one.case_id) ?? []).flatMap((answer) => {
      const ours = results[index]
      const keys = ours === undefined ? ['no result'] : otherKeys(ours, answer, categories.get(one.table) ?? new Map())
      return keys.length === 0 ? [] : [[one.case_id, ...keys]]
    }),
  )
  expect(others).toEqual([])
})

const emptyRun: Run = {
  summary: {
    id: '00000000-0000-4000-8000-000000000002',
    assetId: '00000000-0000-4000-8000-000000000003',
    assetName: 'orders',
    dataSourceName: 'Shop',
    batch: null,
    state: 'done',
    verdict: 'failed',
    failedSeverity: 'critical',
    statistics: { evaluated: 3, successful: 1, unsuccessful: 1, errored: 1 },
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
    host: 'cli',
    sentence: null,
  },
  circumstances: null,
  results: [],
}

test('a result in each format, and the suite with its statistics', () => {
  const result: ExpectationResult = {
    expectationId: '00000000-0000-4000-8000-000000000001',
    type: 'expect_column_values_to_be_in_set',
    kwargs: { column: 'n', value_set: [1] },
    severity: 'critical',
    sentence: 'Values of n are one of 1',
    outcome: 'failed',
    observedValue: null,
    counts: { elementCount: 10, missingCount: 1, unexpectedCount: 3, unexpectedPercent: 33.33333333333333, unexpectedPercentTotal: 30 },
    failingColumns: ['id', 'n'],
    failingValues: [
      ['1', '7'],
      ['2', '3'],
      ['3', '7'],
    ],
    details: {},
    failingRowsSql: 'SELECT 1',
    provedBy: null,
    problem: null,
  }
  const categories = new Map([['n', 'N']])
  const inFormat = (format: 'BOOLEAN_ONLY' | 'BASIC' | 'SUMMARY' | 'COMPLETE') => gxResult(result, { format, categories }).result
  const basic = {
    element_count: 10,
    unexpected_count: 3,
    unexpected_percent: 33.33333333333333,
    missing_count: 1,
    missing_percent: 10,
    unexpected_percent_total: 30,
    unexpected_percent_nonmissing: 33.33333333333333,
    partial_unexpected_list: [7, 3, 7],
  }
  const counts = {
    partial_unexpected_counts: [
      { value: 7, count: 2 },
      { value: 3, count: 1 },
    ],
  }
  expect(inFormat('BOOLEAN_ONLY')).toEqual({})
  expect(inFormat('BASIC')).toEqual(basic)
  expect(inFormat('SUMMARY')).toEqual({ ...basic, ...counts })
  expect(inFormat('COMPLETE')).toEqual({ ...basic, ...counts, unexpected_list: [7, 3, 7], unexpected_index_query: 'SELECT 1' })
  const error = { ...result, outcome: 'error' as const, counts: null, problem: { sentence: 'No such column.', sqlstate: null } }
  const run = { ...emptyRun, results: [result, { ...result, outcome: 'passed' as const }, error] }
  expect(gxSuiteResult(run, { format: 'SUMMARY', categories })).toMatchObject({
    success: false,
    suite_name: 'orders',
    suite_parameters: {},
    statistics: { evaluated_expectations: 3, successful_expectations: 1, unsuccessful_expectations: 2, success_percent: 33.33333333333333 },
    results: [
      { success: false, exception_info: { raised_exception: false } },
      { success: true },
      { success: false, result: {}, exception_info: { raised_exception: true, exception_message: 'No such column.' } },
    ],
  })
  // A run that was cancelled, or never came to the table, says nothing good of the data.
  expect(
    gxSuiteResult({ ...run, results: [], summary: { ...run.summary, state: 'cancelled' } }, { format: 'SUMMARY', categories }),
  ).toMatchObject({
    success: false,
    statistics: { evaluated_expectations: 0, success_percent: null },
  })
})

test('whole suites have the verdict and the statistics of GX Core 1.24.1', async () => {
  const database = await createDatabase({ sql: readFileSync(data('tables.sql'), 'utf8') })
  const connection = await openTestConnection(database)
  const suites = JSON.parse(readFileSync(data('suites.json'), 'utf8')) as readonly Suite[]
  const { answers } = JSON.parse(readFileSync(data('suites-1.24.1.json'), 'utf8')) as { readonly answers: readonly SuiteAnswer[] }
  expect(answers.map(({ name }) => name)).toEqual(suites.map(({ name }) => name))
  for (const [index, { name, table, expectations }] of suites.entries()) {
    const { results } = await validate(
      connection,
      table,
      expectations.map(({ type, kwargs }) => expectation(type, kwargs)),
    )
    const ours = gxSuiteResult({ ...emptyRun, results: [...results] }, { format: 'SUMMARY', categories: new Map() })
    const theirs = answers[index]
    expect([name, ours.statistics]).toEqual([name, theirs?.statistics])
    // A named deviation: of nothing, GX says that it holds.
    expect([name, ours.success]).toEqual([name, results.length > 0 && theirs?.success])
    // GX gives them in an order of its own.
    const told = results.map(
      ({ type, kwargs, outcome }) => `${type} ${kwargs.column ?? null} ${outcome === 'passed'} ${outcome === 'error'}`,
    )
    expect(told.sort()).toEqual(theirs?.results.map(({ type, column, success, raised }) => `${type} ${column} ${success} ${raised}`).sort())
  }
  await connection.dispose()
  await database.dispose()
})

interface Suite {
  readonly name: string
  readonly table: string
  readonly expectations: readonly { readonly type: string; readonly kwargs: Kwargs }[]
}

interface SuiteAnswer {
  readonly name: string
  readonly success: boolean
  readonly statistics: Kwargs
  readonly results: readonly {
    readonly type: string
    readonly column: string | null
    readonly success: boolean
    readonly raised: boolean
  }[]
}

test('COMPLETE lists up to 200 values where a run kept so many, the others 20; a column may be named by a parameter', async () => {
  const database = await createDatabase({
    sql: 'CREATE TABLE many (id integer PRIMARY KEY, n integer); INSERT INTO many SELECT i, i % 3 FROM generate_series(1, 230) i',
  })
  const connection = await openTestConnection(database)
  const parameters = { which: 'n' }
  const wanted = [
    expectation('expect_column_values_to_be_in_set', { column: { $PARAMETER: 'which' }, value_set: [7] }),
    expectation('expect_column_values_to_be_between', { column: 'n', min_value: 7 }),
  ]
  const { results } = await validate(connection, 'many', wanted, { parameters, sampleRows: 200 })
  const categories = new Map([['n', 'N']])
  const listed = (format: 'SUMMARY' | 'COMPLETE') =>
    results.map((one) => {
      const { partial_unexpected_list, unexpected_list } = Object(gxResult(one, { format, categories, parameters }).result)
      return [partial_unexpected_list.length, unexpected_list?.length, partial_unexpected_list[0]]
    })
  expect(listed('COMPLETE')).toEqual([
    [20, 200, 1],
    [20, 200, 1],
  ])
  expect(listed('SUMMARY')).toEqual([
    [20, undefined, 1],
    [20, undefined, 1],
  ])
  await connection.dispose()
  await database.dispose()
})
