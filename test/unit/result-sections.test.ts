import { describe, expect, test } from 'vitest'
import { changesBetween, countsBySeverity, filterResults, noFilter, runBefore, sectionsOf } from '#features/validations/result-sections.ts'
import type { ExpectationResult, RunSummary } from '#shared/model/run.ts'
import { exampleResult } from '#test/support/examples.ts'

const result = (id: string, change: Partial<ExpectationResult>) =>
  exampleResult({ expectationId: id, type: 'expect_column_values_to_not_be_null', sentence: `Sentence ${id}`, ...change })

describe('the results of a run', () => {
  test('stand by what they are about: the table, several columns, then each column, in the order of their names', () => {
    const sections = sectionsOf([
      result('1', { kwargs: { column: 'c10' } }),
      result('2', { kwargs: { column: 'c2' } }),
      result('3', { type: 'expect_table_row_count_to_equal' }),
      result('4', { type: 'expect_column_pair_values_to_be_equal', kwargs: { column_A: 'a', column_B: 'b' } }),
      result('5', { type: 'of_a_later_version' }),
      result('6', { kwargs: { column: 'table' } }),
    ])
    expect(sections.map(({ title, kind }) => `${kind} ${title}`)).toEqual([
      'table Whole table',
      'columns Several columns',
      'column c2',
      'column c10',
      'column table',
    ])
  })

  test('stand with failures first, then errors, then what was left undone, then passes', () => {
    const outcomes = ['passed', 'error', 'failed', 'incomplete', 'failed'] as const
    const [section] = sectionsOf(outcomes.map((outcome, index) => result(String(index + 1), { outcome })))
    expect(section?.results.map(({ expectationId }) => expectationId)).toEqual(['3', '5', '2', '4', '1'])
    expect(section?.notPassed).toBe(4)
  })

  test('stand with what failed before what passed, whatever its name', () => {
    const sections = sectionsOf([
      result('1', { kwargs: { column: 'a' } }),
      result('2', { kwargs: { column: 'b' }, outcome: 'error' }),
      result('3', { type: 'expect_table_row_count_to_equal' }),
      result('4', { kwargs: { column: 'z' } }),
      result('5', { kwargs: { column: 'z' }, outcome: 'failed' }),
    ])
    expect(sections.map(({ title }) => title)).toEqual(['z', 'b', 'Whole table', 'a'])
  })

  test('are found by words of the sentence, the type and the column, in any order', () => {
    const all = [
      result('1', { sentence: 'Values of email are not null', kwargs: { column: 'email' } }),
      result('2', { kwargs: { column: 'code' } }),
    ]
    const found = (search: string) => filterResults(all, { ...noFilter, search }, null).map(({ expectationId }) => expectationId)
    expect(found('NULL email')).toEqual(['1'])
    expect(found('code')).toEqual(['2'])
    expect(found('not_be_null')).toEqual(['1', '2'])
    expect(found('nothing like it')).toEqual([])
  })

  test('are counted by severity, and filtered by it', () => {
    const all = [
      result('1', { outcome: 'failed' }),
      result('2', { outcome: 'incomplete' }),
      result('3', { severity: 'info', outcome: 'error' }),
      result('4', { severity: 'info' }),
    ]
    expect(countsBySeverity(all)).toEqual([
      { severity: 'critical', failed: 1, unknown: 1, passed: 0 },
      { severity: 'info', failed: 0, unknown: 1, passed: 1 },
    ])
    expect(
      filterResults(all, { ...noFilter, severity: 'info', failuresOnly: true }, null).map(({ expectationId }) => expectationId),
    ).toEqual(['3'])
  })

  test('are new failures where they did not fail before, and mended where they did', () => {
    const before = [
      result('a', { outcome: 'failed' }),
      result('b', {}),
      result('c', { outcome: 'error' }),
      result('d', { outcome: 'failed' }),
    ]
    const now = [
      result('a', {}),
      result('b', { outcome: 'failed' }),
      result('c', { outcome: 'failed' }),
      result('d', { outcome: 'error' }),
      result('e', { outcome: 'failed' }),
    ]
    const changes = changesBetween(now, before)
    expect([...changes.new]).toEqual(['b', 'c', 'e'])
    expect([...changes.mended]).toEqual(['a'])
    const mendedOnly = { ...noFilter, change: 'mended' } as const
    expect(filterResults(now, mendedOnly, changes).map(({ expectationId }) => expectationId)).toEqual(['a'])
    expect(filterResults(now, mendedOnly, null), 'without a run before there is no such filter').toEqual(now)
    expect(filterResults(now, mendedOnly, changesBetween(now, now)), 'nor where nothing is mended').toEqual(now)
  })
})

test('a run is compared with the last one before it that has a verdict, over the same kind of batch', () => {
  const run = (id: string, change: Partial<RunSummary> = {}) => ({ id, state: 'done', batch: null, ...change }) as RunSummary
  const monthly = { interval: 'monthly', column: 'day', period: '2026-01' } as unknown as NonNullable<RunSummary['batch']>
  const runs = [run('6'), run('5', { batch: monthly }), run('4', { state: 'cancelled' }), run('3'), run('2', { batch: monthly }), run('1')]
  expect(runBefore(run('6'), runs)?.id).toBe('3')
  expect(runBefore(run('5', { batch: monthly }), runs)?.id).toBe('2')
  expect(runBefore(run('1'), runs)).toBeNull()
  expect(runBefore(run('unknown'), runs)).toBeNull()
})
