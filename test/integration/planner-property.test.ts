import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { fc } from '#test/support/chance.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { validateNaively } from '#test/support/naive-validation.ts'
import { randomSuite, randomTable, tableSql } from '#test/support/random-suites.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** The planner answers as one statement for each metric does, on random tables and random suites over the whole registry. */

const NIGHTLY = process.env.PLUMBLINE_NIGHTLY === '1'
const SUITES = NIGHTLY ? 2_000 : 100

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE EXTENSION citext' })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

function evaluationsOf(results: readonly ExpectationResult[]) {
  return results.map((result) => {
    if (result.outcome === 'error') return 'error'
    const { outcome, observedValue, counts, details } = result
    return { success: outcome === 'passed', observedValue, counts, details }
  })
}

test(`${SUITES} random suites`, { timeout: NIGHTLY ? 3_600_000 : 900_000 }, async () => {
  const seen = { evaluated: 0, proved: 0, errors: 0 }
  const cases = randomTable.chain((table) => fc.record({ table: fc.constant(table), suite: randomSuite(table, 'random') }))
  await fc.assert(
    fc.asyncProperty(cases, async ({ table, suite }) => {
      // What a case before this one left open, where it failed.
      await connection.query({ text: 'ROLLBACK', values: [] })
      await database.run(`DROP TABLE IF EXISTS random CASCADE; ${tableSql('random', table)};
        CREATE VIEW random_view AS SELECT * FROM random`)
      const expectations = suite.map(({ type, kwargs }) => expectation(type, kwargs))
      const naive = await validateNaively(connection, 'random', expectations)
      const { results, ending } = await validate(connection, 'random', expectations)
      expect(ending).toBeNull()
      const planned = evaluationsOf(results)
      expect(planned).toEqual(naive)
      // A view is evaluated once, and asked the same.
      const ofView = await validate(connection, 'random_view', expectations)
      expect(ofView.ending).toBeNull()
      expect(evaluationsOf(ofView.results)).toEqual(naive)
      seen.errors += planned.filter((one) => one === 'error').length
      seen.evaluated += planned.filter((one) => one !== 'error').length
      seen.proved += results.filter(({ provedBy }) => provedBy !== null).length
    }),
    { numRuns: SUITES, ...(process.env.PLUMBLINE_SEED === undefined ? {} : { seed: Number(process.env.PLUMBLINE_SEED) }) },
  )
  // It would say nothing of suites that only fail to run.
  expect(seen.evaluated).toBeGreaterThan(SUITES)
  expect(seen.proved).toBeGreaterThan(0)
})
