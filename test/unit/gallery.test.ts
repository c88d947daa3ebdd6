import { expect, test } from 'vitest'
import { exampleOf, galleryGroups } from '#features/expectations/gallery.ts'
import { proseText } from '#shared/expectations/prose.ts'
import { expectationDefinitions, findExpectation } from '#shared/expectations/registry.ts'
import type { AssetProfile } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'

const column = (name: string, category: string, primaryKey = false): Column => ({
  name,
  category,
  position: 1,
  type: category,
  nullable: true,
  primaryKey,
  comment: null,
})
const columns = [
  column('id', 'N', true),
  column('email', 'S'),
  column('amount', 'N'),
  column('ordered_at', 'D'),
  column('shipped_at', 'D'),
  column('tax', 'N'),
]
const nothing = { nullCount: 0, nullPercent: 0, min: null, max: null, mean: null, median: null, topValues: null }
const profile: AssetProfile = {
  assetId: '',
  measuredAt: '2026-01-01T00:00:00.000Z',
  rowCount: 1000,
  problems: [],
  columns: columns.map(({ name, type, category }) =>
    name === 'amount'
      ? { ...nothing, name, type, category, min: '1', max: '9', mean: '5' }
      : name === 'email'
        ? { ...nothing, name, type, category, topValues: [{ value: 'a@b.org', count: 1000 }] }
        : { ...nothing, name, type, category },
  ),
}

const example = (type: string, measured: AssetProfile | null, on: Column | null = null) => {
  const definition = findExpectation(type)
  const found = definition === null ? null : exampleOf(definition, columns, measured, on)
  return found === null ? null : proseText(found.prose)
}

test.each([
  ['expect_column_values_to_be_between', 'Values of amount are at least 1 and at most 9'],
  ['expect_column_values_to_be_unique', /^Values of email/],
  ['expect_compound_columns_to_be_unique', /email.*amount/],
])('%s has a sentence with what was measured', (type, sentence) => {
  expect(example(type, profile)).toMatch(sentence)
})

test('where nothing was measured, blanks stand for what a person writes', () => {
  expect(example('expect_column_values_to_be_between', null)).toContain('…')
  expect(example('expect_column_values_to_match_regex', null)).toContain('…')
})

test('about the column that was picked', () => {
  expect(example('expect_column_values_to_not_be_null', profile, columns[5] ?? null)).toContain('tax')
})

test('what only a person can write has none', () => {
  expect(example('unexpected_rows_expectation', profile)).toBeNull()
})

test('two thirds of the catalogue have an example, and none of them throws on a table without columns', () => {
  const withOne = expectationDefinitions.filter((definition) => exampleOf(definition, columns, profile, null) !== null)
  expect(withOne.length).toBeGreaterThan(expectationDefinitions.length * 0.66)
  for (const definition of expectationDefinitions) expect(() => exampleOf(definition, [], null, null)).not.toThrow()
})

test('filtered by issue, by search, and by what can speak about a column', () => {
  const types = (filter: Parameters<typeof galleryGroups>[0]) => galleryGroups(filter).flatMap(({ items }) => items.map(({ type }) => type))
  const none = { search: '', issue: null, column: null }
  expect(types(none)).toHaveLength(expectationDefinitions.length)
  expect(types({ ...none, issue: 'Volume' })).toContain('expect_table_row_count_to_be_between')
  expect(types({ ...none, issue: 'Volume', search: 'unique' })).toEqual([])
  expect(types({ ...none, column: columns[1] ?? null })).not.toContain('expect_column_mean_to_be_between')
  expect(types({ ...none, column: columns[2] ?? null })).toContain('expect_column_mean_to_be_between')
})
