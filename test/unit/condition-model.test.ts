import { describe, expect, test } from 'vitest'
import { draftsOfCondition, emptyTest, readConditions } from '#features/expectations/condition-model.ts'
import { RowCondition } from '#shared/expectations/row-condition.ts'
import { fc } from '#test/support/chance.ts'

const columns = [
  { name: 'amount', category: 'N' },
  { name: 'status', category: 'S' },
  { name: 'day', category: 'D' },
]

const column = fc.constantFrom('amount', 'status').map((name) => ({ name }))
const valueFor = (name: string): fc.Arbitrary<string | number> => (name === 'amount' ? fc.integer() : fc.string({ minLength: 1 }))
const leaf = fc.oneof(
  fc.record({ type: fc.constant('nullity' as const), column, is_null: fc.boolean() }),
  column.chain(({ name }) =>
    fc.record({
      type: fc.constant('comparison' as const),
      column: fc.constant({ name }),
      operator: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
      parameter: valueFor(name),
    }),
  ),
  column.chain(({ name }) =>
    fc.record({
      type: fc.constant('comparison' as const),
      column: fc.constant({ name }),
      operator: fc.constantFrom('IN', 'NOT_IN'),
      parameter: fc.array(valueFor(name), { minLength: 1 }),
    }),
  ),
)
const and = fc.array(leaf, { minLength: 2, maxLength: 4 }).map((conditions) => ({ type: 'and' as const, conditions }))
const or = fc.array(fc.oneof(leaf, and), { minLength: 2, maxLength: 4 }).map((conditions) => ({ type: 'or' as const, conditions }))

describe('a condition on rows', () => {
  test('is the same after it went through the builder, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(leaf, and, or), (given) => {
        const condition = RowCondition.parse(given)
        expect(readConditions(draftsOfCondition(condition), columns)).toEqual({ ok: true, condition })
      }),
    )
  })

  test('that tests nothing is all rows', () => {
    expect(readConditions([], columns)).toEqual({ ok: true, condition: null })
  })

  test('says at each test what it lacks', () => {
    const read = readConditions(
      [
        [emptyTest, { ...emptyTest, column: 'amount', text: 'many' }],
        [
          { ...emptyTest, column: 'amount', operator: 'IN' },
          { ...emptyTest, column: 'status', text: '' },
          { ...emptyTest, column: 'day', operator: '<', text: '' },
        ],
      ],
      columns,
    )
    expect(read).toEqual({
      ok: false,
      problems: {
        '0.0': 'Pick a column.',
        '0.1': 'Give a number: the column holds numbers.',
        '1.0': 'Give at least one value.',
        '1.2': 'Give a value.',
      },
    })
  })
})
