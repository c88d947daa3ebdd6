import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ExpectationResult } from '#shared/model/run.ts'
import { compare } from '#test/conformance/compare.ts'
import { readAnswers, readCases } from '#test/conformance/conformance.ts'
import { createDatabase } from '#test/support/database.ts'

const data = (name: string) => new URL(`../conformance/data/${name}`, import.meta.url).pathname

test('beside GX Core 1.24.1, result format SUMMARY and formats of its own', async () => {
  const database = await createDatabase({ sql: readFileSync(data('tables.sql'), 'utf8') })
  const cases = readCases(data('cases.json'))
  const { equal, named, answered, differs, rules, list } = await compare(database, cases, readAnswers(data('answers-1.24.1')))
  await database.dispose()
  expect(list).toEqual([])
  expect({ equal, named, answered, differs }).toEqual({
    equal: 736,
    named: 24,
    answered: 25,
    differs: 0,
  })
  expect(Object.keys(rules).length).toBeLessThanOrEqual(25)
}, 900_000)

/** Cases drawn at random from the same tables: types, bounds, shares, row conditions in both forms, rows that are left out. */
test('beside GX Core 1.24.1, cases drawn at random', async () => {
  const database = await createDatabase({ sql: readFileSync(data('tables.sql'), 'utf8') })
  const { equal, named, answered, list } = await compare(
    database,
    readCases(data('random-cases.json')),
    readAnswers(data('random-answers-1.24.1')),
  )
  await database.dispose()
  expect(list).toEqual([])
  expect({ equal, named, answered }).toEqual({ equal: 166, named: 5, answered: 9 })
}, 900_000)

/** A rule that agreed with whatever we say would prove nothing: each answer of ours is judged again after it was made wrong. */
test('no rule speaks for a wrong answer', async () => {
  const database = await createDatabase({ sql: readFileSync(data('tables.sql'), 'utf8') })
  const wrong = (result: ExpectationResult): ExpectationResult => {
    if (result.outcome === 'error') return result
    return {
      ...result,
      outcome: result.outcome === 'passed' ? 'failed' : 'passed',
      observedValue: 'wrong',
      counts: result.counts === null ? null : { ...result.counts, unexpectedCount: result.counts.unexpectedCount + 1 },
    }
  }
  const { named, answered } = await compare(database, readCases(data('cases.json')), readAnswers(data('answers-1.24.1')), wrong)
  await database.dispose()
  // What rules still speak for is what we refuse, which was left as it is.
  expect({ named, answered }).toEqual({ named: 17, answered: 0 })
}, 900_000)
