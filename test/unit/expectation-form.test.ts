import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { acceptsColumn, followSuggestions, formFields, initialDrafts, parseForm, subjectColumn } from '#features/expectations/form-model.ts'
import { defineExpectation } from '#shared/expectations/definition.ts'
import {
  boundParam,
  choiceParam,
  columnParam,
  columnsParam,
  integerParam,
  mostlyParam,
  numberParam,
  patternParam,
  sqlParam,
  switchParam,
  valuesParam,
} from '#shared/expectations/fields.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
import type { Column } from '#shared/model/data-source.ts'

const everything = defineExpectation({
  type: 'expect_everything',
  title: 'Everything',
  summary: 'One field of each control.',
  issue: 'Validity',
  domain: 'column',
  params: z.object({
    column: columnParam(),
    others: columnsParam({ label: 'Others' }),
    value_set: valuesParam({ label: 'Values' }),
    min_value: boundParam({ label: 'Lowest' }),
    max_value: boundParam({ label: 'Highest' }),
    count: integerParam({ label: 'Count', min: 0 }),
    mean: numberParam({ label: 'Mean', min: -10, max: 10 }),
    strict_min: switchParam({ label: 'Above', initial: false }),
    mode: choiceParam({
      label: 'Mode',
      options: [
        { value: 'a', label: 'A' },
        { value: 'b', label: 'B' },
      ],
      initial: 'b',
    }),
    regex: patternParam({ label: 'Pattern' }),
    query: sqlParam({ label: 'Query' }),
    mostly: mostlyParam(),
    hidden: z.string().optional(),
    row_condition: z.string().optional(),
  }),
  prose: () => [],
  metrics: () => ({}),
  evaluate: () => ({ success: true, observedValue: null, counts: null, details: {} }),
})

const column = (name: string, category: string): Column => ({
  name,
  category,
  position: 1,
  type: category,
  nullable: true,
  primaryKey: false,
  comment: null,
})
const amount = column('amount', 'N')
const madeAt = column('made_at', 'D')
const status = column('status', 'S')

const filled = {
  ...initialDrafts(everything, {}),
  column: 'amount',
  others: ['status'],
  value_set: ['1', 2, '12345678901234567890'],
  min_value: '1.5',
  regex: '^a$',
  query: 'SELECT 1',
}

describe('the form of an expectation', () => {
  test('shows the params that have a field, in their order', () => {
    expect(formFields(everything).map(({ name }) => name)).toEqual([
      'column',
      'others',
      'value_set',
      'min_value',
      'max_value',
      'count',
      'mean',
      'strict_min',
      'mode',
      'regex',
      'query',
      'mostly',
    ])
  })

  test('starts with the defaults of the params', () => {
    expect(initialDrafts(everything, {})).toEqual({
      column: '',
      others: [],
      value_set: [],
      min_value: '',
      max_value: '',
      count: '',
      mean: '',
      strict_min: false,
      mode: 'b',
      regex: '',
      query: '',
      mostly: '100',
    })
  })

  test('gives back what was stored, hidden params included', () => {
    const stored = {
      column: 'amount',
      others: ['status'],
      value_set: [1, null, '12345678901234567890'],
      min_value: 1.5,
      max_value: '12345678901234567890',
      count: 3,
      mean: -0.25,
      strict_min: true,
      mode: 'a',
      regex: ' a ',
      query: 'SELECT 1',
      mostly: 0.999,
      hidden: 'kept',
      row_condition: { type: 'nullity', column: { name: 'a' }, is_null: false },
    }
    const parsed = parseForm(everything, initialDrafts(everything, stored), amount, stored)
    expect(parsed).toMatchObject({ ok: true, kwargs: stored })
  })

  test('keeps numbers for a column of numbers and text for a column of text', () => {
    const forNumbers = parseForm(everything, filled, amount)
    const forText = parseForm(everything, { ...filled, column: 'status' }, status)
    expect(forNumbers).toMatchObject({
      ok: true,
      params: { value_set: [1, 2, '12345678901234567890'], min_value: 1.5, max_value: null, mostly: 1 },
    })
    expect(forText).toMatchObject({ ok: true, kwargs: { value_set: ['1', '2', '12345678901234567890'], min_value: '1.5' } })
  })

  test('says at each field what is missing', () => {
    const parsed = parseForm(everything, initialDrafts(everything, {}), null)
    expect(parsed.ok ? null : Object.keys(parsed.errors).sort()).toEqual(['column', 'others', 'query', 'regex', 'value_set'])
    expect(parsed).toMatchObject({ errors: { column: 'Pick a column.', regex: 'Give a regular expression.' } })
  })

  const wrong: readonly [field: string, draft: string | readonly string[], column: Column, sentence: RegExp][] = [
    ['min_value', 'soon', amount, /column holds numbers/],
    ['min_value', 'soon', madeAt, /date or time/],
    ['value_set', ['1', 'many'], amount, /“many” is not a number/],
    ['count', '1.5', amount, /whole number/],
    ['count', '-1', amount, /0 or more/],
    ['count', 'x', amount, /whole number/],
    ['mean', '11', amount, /10 or less/],
    ['max_value', '1', amount, /highest value is below the lowest/],
    ['mostly', '101', amount, /Between 0 and 100/],
    ['mostly', 'most', amount, /between 0 and 100/],
  ]
  test.each(wrong)('%s: %j is refused', (field, draft, forColumn, sentence) => {
    const parsed = parseForm(everything, { ...filled, [field]: draft }, forColumn)
    expect(parsed).toMatchObject({ ok: false, errors: { [field]: expect.stringMatching(sentence) } })
  })

  test.each(['2026-01-31', '2026-01-31 14:30+02', 'infinity', '14:30'])('a column of dates takes %s as it is', (text) => {
    expect(parseForm(everything, { ...filled, value_set: ['2026-01-31'], min_value: text }, madeAt)).toMatchObject({
      ok: true,
      kwargs: { min_value: text },
    })
  })

  test('finds the column that its bounds speak about', () => {
    expect(subjectColumn(everything, filled, [status, amount])).toBe(amount)
    expect(subjectColumn(everything, { ...filled, column: 'gone' }, [status])).toBeNull()
  })

  test('another column brings its own suggestions, and leaves what was typed', () => {
    const first = { column: 'amount', min_value: 1, max_value: 9 }
    const typed = { ...initialDrafts(everything, first), column: 'total', max_value: '10' }
    const next = followSuggestions(everything, typed, first, { column: 'total', min_value: 5, max_value: 50 })
    expect(next).toMatchObject({ column: 'total', min_value: '5', max_value: '10' })
  })
})

test('a line of text with a value of its own starts with it, and has it again when it is emptied', () => {
  const freshness = findExpectation('expect_column_newest_value_to_be_recent')
  if (freshness === null) throw new Error('no such expectation')
  const drafts = { ...initialDrafts(freshness, {}), column: 'made_at', max_age: '1 day' }
  expect(drafts).toMatchObject({ max_ahead: '5 minutes' })
  const kwargs = (max_ahead: string) => parseForm(freshness, { ...drafts, max_ahead }, madeAt)
  expect(kwargs('')).toMatchObject({ ok: true, params: { max_ahead: '5 minutes' } })
  expect(kwargs('2 hours')).toMatchObject({ ok: true, kwargs: { max_ahead: '2 hours' } })
})

test('a picker offers the columns that the expectation can work on', () => {
  const columns = [
    amount,
    madeAt,
    status,
    column('tags', 'A'),
    column('mood', 'E'),
    { ...column('body', 'U'), type: 'json' },
    column('spot', 'G'),
  ]
  const offered = (accepts: 'any' | 'number' | 'text' | 'ordered') =>
    columns.filter((each) => acceptsColumn(accepts, each)).map(({ name }) => name)
  expect({ any: offered('any').length, number: offered('number'), text: offered('text'), ordered: offered('ordered') }).toEqual({
    any: 7,
    number: ['amount'],
    text: ['status'],
    ordered: ['amount', 'made_at', 'status', 'tags', 'mood'],
  })
})
