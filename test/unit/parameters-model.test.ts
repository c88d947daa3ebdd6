import { expect, test } from 'vitest'
import { parameterDrafts, readParameters } from '#features/expectations/parameters-model.ts'
import { fc } from '#test/support/chance.ts'

test('parameters are the same after they were shown in the form', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom('12', 'true', '[1]', '"', '"a"', ' 5', '1e3'))
  const value = fc.oneof(scalar, fc.array(scalar))
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b_1', 'Max'), value), (parameters) => {
      const given = { ...parameters }
      expect(readParameters(parameterDrafts(given))).toEqual({ ok: true, parameters: given })
    }),
    { numRuns: 2_000 },
  )
})

test('each row says what is wrong with it, and an empty one is none', () => {
  expect(readParameters([{ name: '', text: '' }])).toEqual({ ok: true, parameters: {} })
  const read = readParameters([
    { name: '1st', text: '1' },
    { name: 'a', text: '1' },
    { name: 'a', text: '2' },
  ])
  expect(read).toEqual({ ok: false, problems: { 0: expect.stringContaining('begins with a letter'), 2: 'This name stands there twice.' } })
})
