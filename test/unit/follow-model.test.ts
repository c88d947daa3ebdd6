import { describe, expect, test } from 'vitest'
import { canFollow, draftOfWindows, readFollow } from '#features/expectations/follow-model.ts'
import { expectationDefinitions } from '#shared/expectations/registry.ts'
import { fc } from '#test/support/chance.ts'

describe('bounds that follow earlier runs', () => {
  test('are the same after they were stored', () => {
    const draft = fc.record({
      side: fc.constantFrom('both' as const, 'above' as const, 'below' as const),
      percent: fc.integer({ min: 0, max: 1_000 }).map((tenths) => String(tenths / 10)),
      runs: fc.integer({ min: 1, max: 1_000 }).map(String),
    })
    fc.assert(
      fc.property(draft, (given) => {
        const read = readFollow(given, 'stem')
        expect(read.ok && draftOfWindows(read)).toEqual(given)
      }),
    )
  })

  test('are offered where one number of a table or a column is observed', () => {
    const types = expectationDefinitions.filter(canFollow).map(({ type }) => type)
    expect(types).toEqual(
      expect.arrayContaining([
        'expect_table_row_count_to_be_between',
        'expect_column_mean_to_be_between',
        'expect_column_sum_to_be_between',
      ]),
    )
    expect(types).not.toContain('expect_column_values_to_be_between')
    expect(types).not.toContain('expect_table_column_count_to_be_between')
  })

  test('say what is missing, and those that were generated another way are left alone', () => {
    expect(readFollow({ side: 'both', percent: 'some', runs: '0' }, 's')).toEqual({
      ok: false,
      problems: { percent: expect.any(String), runs: expect.any(String) },
    })
    const volume = {
      constraint_fn: 'mean' as const,
      parameter_name: 'x_min_value',
      range: 1,
      offset: { positive: 0, negative: 0 },
      strict: true,
    }
    expect(draftOfWindows({ kwargs: { min_value: { $PARAMETER: 'x_min_value' } }, windows: [volume] })).toBeNull()
  })
})
