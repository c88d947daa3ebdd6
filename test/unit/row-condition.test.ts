import { describe, expect, test } from 'vitest'
import { proseText } from '#shared/expectations/prose.ts'
import { conditionProblems, conditionProse, type RowCondition, readRowCondition } from '#shared/expectations/row-condition.ts'

const open: RowCondition = { type: 'comparison', column: { name: 'status' }, operator: '==', parameter: 'open' }
const shipped: RowCondition = { type: 'nullity', column: { name: 'shipped at' }, is_null: false }

describe('the older text', () => {
  test.each([
    ['col("status") == "open"', open],
    [" col('status') == 'open' ", null],
    ['col("amount") >= -5.5e2', { type: 'comparison', column: { name: 'amount' }, operator: '>=', parameter: -550 }],
    ['col("shipped at").notNull()', shipped],
    ['col("day") < date("2026-01-31")', { type: 'comparison', column: { name: 'day' }, operator: '<', parameter: '2026-01-31' }],
    ['col("a") > 1 and col("b") < 2', null],
    ['col("a") > 1 OR 1 = 1', null],
    ['status = 1', null],
    ['col("a") == "it"s"', null],
  ])('%s', (text, condition) => {
    const read = readRowCondition(text)
    expect(read).toEqual(condition === null ? { ok: false, sentence: expect.stringContaining('one comparison') } : { ok: true, condition })
  })
})

describe('the objects', () => {
  const both: RowCondition = { type: 'and', conditions: [open, shipped] }
  test('read as they are, nested one in the other as GX nests them', () => {
    for (const condition of [open, shipped, both, { type: 'or', conditions: [both, open] }]) {
      expect(readRowCondition(condition)).toEqual({ ok: true, condition })
    }
    expect(readRowCondition(undefined)).toEqual({ ok: true, condition: null })
  })

  test.each([
    [{ type: 'pass_through', pass_through_filter: 'DROP TABLE x' }],
    [{ type: 'and', conditions: [{ type: 'or', conditions: [open] }] }],
    [{ type: 'comparison', column: { name: 'a' }, operator: 'LIKE', parameter: 'x' }],
    [{ type: 'comparison', column: { name: 'a' }, operator: '==', parameter: null }],
    [{ type: 'and', conditions: [] }],
  ])('refused: %j', (condition) => {
    expect(readRowCondition(condition)).toMatchObject({ ok: false })
  })

  test('in words', () => {
    const one: RowCondition = { type: 'comparison', column: { name: 'n' }, operator: 'NOT_IN', parameter: [1, 2] }
    expect(proseText(conditionProse({ type: 'or', conditions: [both, one] }))).toBe(
      ', where (status is open and shipped at is not missing) or n is none of 1, 2',
    )
    expect(proseText(conditionProse(null))).toBe('')
  })

  test('a column that is not there is named', () => {
    const table = { schema: 'public', name: 't', columns: [{ name: 'status' }], keyColumns: [] } as never
    expect(conditionProblems(both, table)).toMatchObject([{ field: 'row_condition', sentence: expect.stringContaining('"shipped at"') }])
  })
})
