import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compare } from '#test/conformance/compare.ts'
import { isLater, readAnswers, readCases } from '#test/conformance/conformance.ts'
import { createDatabase } from '#test/support/database.ts'

const data = (name: string) => new URL(`../conformance/data/${name}`, import.meta.url).pathname

test('beside GX Core 1.24.1, result format SUMMARY and formats of its own', async () => {
  const database = await createDatabase({ sql: readFileSync(data('tables.sql'), 'utf8') })
  const all = readCases(data('cases.json'))
  const cases = all.filter((one) => !isLater(one))
  const { equal, named, answered, differs, rules, list } = await compare(database, cases, readAnswers(data('answers-1.24.1')))
  await database.dispose()
  expect(list).toEqual([])
  expect({ equal, named, answered, differs, later: all.length - cases.length }).toEqual({
    equal: 721,
    named: 31,
    answered: 21,
    differs: 0,
    later: 12,
  })
  expect(Object.keys(rules).length).toBeLessThanOrEqual(25)
}, 120_000)
