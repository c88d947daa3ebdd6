import { describe, expect, test } from 'vitest'
import { resolveParameters } from '#shared/expectations/suite-parameters.ts'

const given = { lo: 2, half: 2.5, names: ['a', 'b'], nothing: null }

describe('suite parameters', () => {
  test.each([
    ['lo', 2],
    ['names', ['a', 'b']],
    ['nothing', null],
    ['lo + 3 * 4', 14],
    ['(lo + 3) * 4', 20],
    ['2 ^ 3 ^ 2', 512],
    ['-lo ^ 2', 4],
    ['10 - 4 - 3', 3],
    ['7 / 2', 3.5],
    ['round(half) + round(3.5)', 6],
    ['abs(0 - lo) * PI', 2 * Math.PI],
    ['1.5e3', 1500],
    ['2 ^ -1', 0.5],
  ])('%s', (expression, value) => {
    expect(resolveParameters({ min_value: { $PARAMETER: expression } }, given)).toEqual({ ok: true, kwargs: { min_value: value } })
  })

  test.each([
    ['hi', /No value was given for the suite parameter "hi"/],
    ['lo +', /not an expression/],
    ['lo lo', /not an expression/],
    ['(lo', /not an expression/],
    ['names * 2', /"names" is not a number/],
    ['1 / (lo - 2)', /divides by zero/],
    ['toString', /No value was given/],
    ['constructor(1)', /No value was given/],
  ])('%s is refused at its param', (expression, sentence) => {
    const resolved = resolveParameters({ column: 'x', max_value: { $PARAMETER: expression } }, given)
    expect(resolved).toMatchObject({ ok: false, field: 'max_value', sentence: expect.stringMatching(sentence) })
  })

  test('are found inside lists and objects, and nothing else is touched', () => {
    const kwargs = { quantile_ranges: { quantiles: [0.5], value_ranges: [[{ $PARAMETER: 'lo' }, null]] }, column: 'lo' }
    expect(resolveParameters(kwargs, given)).toEqual({
      ok: true,
      kwargs: { quantile_ranges: { quantiles: [0.5], value_ranges: [[2, null]] }, column: 'lo' },
    })
  })
})
