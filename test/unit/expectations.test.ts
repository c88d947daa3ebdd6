import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundsProse, isWithin } from '#shared/expectations/bounds.ts'
import type { TableShape } from '#shared/expectations/definition.ts'
import { fieldOf } from '#shared/expectations/fields.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { proseText } from '#shared/expectations/prose.ts'
import { expectationDefinitions, findExpectation } from '#shared/expectations/registry.ts'
import { judgeRows } from '#shared/expectations/row-wise.ts'
import { DataQualityIssue, type Kwargs } from '#shared/model/expectation.ts'

const table: TableShape = {
  schema: 'public',
  name: 't',
  keyColumns: [],
  columns: ['id', 'Name'].map((name, index) => ({
    name,
    position: index + 1,
    type: 'text',
    category: 'S',
    nullable: true,
    primaryKey: false,
    comment: null,
    abilities: { equality: true, order: true, pattern: true, mean: false, distinct: 'hash' },
  })),
}

/** The smallest kwargs of each type, and the sentence that they make. */
const sentences: Readonly<Record<string, readonly [Kwargs, string]>> = {
  expect_table_row_count_to_be_between: [
    { min_value: 1, max_value: 5, strict_max: true },
    'The number of rows is at least 1 and less than 5',
  ],
  expect_table_columns_to_match_set: [{ column_set: ['id', 'Name'] }, 'The columns are exactly id, Name'],
  expect_table_column_types_to_match_set: [
    { column_types: ['id integer', 'Name text'] },
    'The columns and their types are id integer, Name text',
  ],
  expect_column_proportion_of_non_null_values_to_be_between: [
    { column: 'id', min_value: 0.5, strict_min: true },
    'The proportion of non-null values in id is greater than 0.5',
  ],
  expect_column_to_exist: [{ column: 'id', column_index: 0 }, 'Column id exists at place 0, counted from 0'],
  expect_column_values_to_not_be_null: [{ column: 'id', mostly: 0.95 }, 'Values of id are not null, in at least 95 % of rows'],
  expect_column_values_to_be_unique: [{ column: 'id' }, 'Values of id are unique'],
  expect_column_values_to_be_in_set: [{ column: 'id', value_set: ['a', 1, null] }, 'Values of id are one of a, 1, NULL'],
  expect_column_values_to_be_between: [{ column: 'id', min_value: 'a', strict_min: true }, 'Values of id are greater than a'],
  expect_column_mean_to_be_between: [{ column: 'id' }, 'Column id has a mean'],
  expect_column_pair_values_a_to_be_greater_than_b: [
    { column_A: 'id', column_B: 'Name', or_equal: true },
    'id is greater than or equal to Name',
  ],
  expect_column_values_to_match_regex: [{ column: 'id', regex: '^a$' }, 'Values of id match ^a$'],
  unexpected_rows_expectation: [{ unexpected_rows_query: 'SELECT 1\nFROM {batch}' }, 'The query returns no rows: SELECT 1 FROM {batch}'],
}

describe.each(expectationDefinitions.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  const [kwargs, sentence] = sentences[type] ?? [{}, '']

  test('has a sentence, and kwargs that survive being stored', () => {
    const parsed = parseKwargs(definition, kwargs)
    if (!parsed.ok) throw new Error(parsed.sentence)
    expect(proseText(definition.prose(parsed.params))).toBe(sentence)
    expect(parsed.kwargs).toEqual(kwargs)
    expect(parseKwargs(definition, parsed.kwargs)).toEqual(parsed)
  })

  test('has a field for each param, an issue, and words for the picker', () => {
    for (const schema of Object.values(definition.params.shape)) expect(fieldOf(schema)?.label).toMatch(/^[A-Z]/u)
    expect(DataQualityIssue.options).toContain(definition.issue)
    expect(definition.summary).toMatch(/^[A-Z].*\.$/u)
    expect(findExpectation(type)).toBe(definition)
  })

  test('names what it cannot use at its param', () => {
    for (const field of ['column', 'column_A', 'column_B'].filter(
      (name) => name in definition.params.shape && definition.check !== undefined,
    )) {
      const problems = definition.check?.({ ...kwargs, [field]: 'name' }, table) ?? []
      expect(problems).toContainEqual({ field, sentence: 'There is no column "name" in public.t. Did you mean "Name"?' })
    }
    expect(parseKwargs(definition, { ...kwargs, colour: 'red' })).toMatchObject({ ok: false, field: 'colour' })
  })
})

test('the engine mentions no expectation: adding one is a file, a line in the registry and a case table', () => {
  const folders = ['validation', 'expectations'].map((name) => fileURLToPath(new URL(`../../electron/services/${name}/`, import.meta.url)))
  const sources = folders.flatMap((folder) => readdirSync(folder).map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')] as const))
  expect(sources.length).toBeGreaterThan(15)
  const mentions = sources
    .filter(([, source]) => /expect_[a-z]|unexpected_rows_|expectations\/(expect-|unexpected-)/u.test(source))
    .map(([file]) => file)
  expect(mentions).toEqual([])
})

describe('columns that match a set', () => {
  const definition = findExpectation('expect_table_columns_to_match_set')
  test.each([
    [['Name', 'id'], true, true, undefined],
    [['ID', 'name'], true, true, undefined],
    [['id', '"name"'], true, false, { unexpected: ['Name'], missing: ['"name"'] }],
    [['id', '"Name"'], true, true, undefined],
    [['id'], true, false, { unexpected: ['Name'] }],
    [['id'], false, true, { unexpected: ['Name'] }],
    [['id', 'Name', 'new'], false, false, { missing: ['new'] }],
  ])('%j, exactly: %s → %s', (column_set, exact_match, success, mismatched) => {
    const evaluation = definition?.evaluate({ column_set, exact_match }, {}, table)
    expect([evaluation?.success, evaluation?.details.mismatched]).toEqual([success, mismatched])
  })
})

describe('arithmetic is GX’s, in doubles', () => {
  test.each([
    [{ rows: 10n, missing: 1n, unexpected: 7n }, 1, false, 77.77777777777779, 70],
    [{ rows: 250n, missing: 0n, unexpected: 143n }, 1, false, 57.199999999999996, 57.199999999999996],
    [{ rows: 1000n, missing: 0n, unexpected: 333n }, 0.667, true, 33.300000000000004, 33.300000000000004],
    [{ rows: 10n, missing: 10n, unexpected: 0n }, 1, true, null, 0],
    [{ rows: 0n, missing: 0n, unexpected: 0n }, 1, true, null, null],
    [{ rows: 3n, missing: 0n, unexpected: 3n }, 0, true, 100, 100],
  ])('%o with mostly %d', (counts, mostly, success, percent, total) => {
    const judged = judgeRows(counts, mostly)
    expect([judged.success, judged.counts?.unexpectedPercent, judged.counts?.unexpectedPercentTotal]).toEqual([success, percent, total])
  })

  test('NaN is within nothing that has a bound, and no value fails even without one', () => {
    const open = { min_value: null, max_value: null, strict_min: false, strict_max: false }
    expect([isWithin(Number.NaN, { ...open, min_value: 0 }), isWithin(Number.NaN, open), isWithin(null, open)]).toEqual([
      false,
      true,
      false,
    ])
  })

  test('strict bounds exclude exactly the bound', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const at = { min_value: value, max_value: value }
        expect(isWithin(value, { ...at, strict_min: false, strict_max: false })).toBe(true)
        expect(isWithin(value, { ...at, strict_min: true, strict_max: false })).toBe(false)
      }),
    )
    expect(proseText(boundsProse({ min_value: 1, max_value: 1, strict_min: false, strict_max: false }) ?? [])).toBe('exactly 1')
  })
})
