import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AssetProfile } from '#shared/model/data-asset.ts'
import { dataFile } from '#test/conformance/conformance.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

let database: TestDatabase
let app: TestApplication
let ids: readonly string[]

beforeAll(async () => {
  database = await createDatabase({
    sql: `${dataFile('tables.sql')}; CREATE TABLE overflow (f float8, n integer); INSERT INTO overflow VALUES (1e308, 1), (1e308, 2);
      CREATE TABLE words (word citext);
      INSERT INTO words VALUES ('b'), ('A'), ('C'), ('a1')`,
  })
  app = await startApplication()
  ids = await app.add(await app.connect(database.connectionString), [
    't_mixed',
    't_empty',
    't_stats',
    'v_mixed',
    't_part',
    'overflow',
    'words',
  ])
})

afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

const measure = (index: number): Promise<AssetProfile> => app.client.assets.measureProfile({ id: ids[index] ?? '', taskId: randomUUID() })
const figures = (profile: AssetProfile, name: string) => {
  const column = profile.columns.find((candidate) => candidate.name === name)
  return [column?.nullCount, column?.min, column?.max, column?.mean, column?.median]
}

test('of every type: what it has no figure for is left out, and is no problem', async () => {
  const profile = await measure(0)
  expect(profile.rowCount).toBe(10)
  expect(figures(profile, 'n_int')).toEqual([1, '-3', '12', '6.333333333333333', '7'])
  expect(figures(profile, 'txt').slice(0, 3)).toEqual([1, '', '🙂👍🏽'])
  expect(figures(profile, 'd')).toEqual([1, '0001-01-01', '9999-12-31', null, '2024-01-01'])
  expect(figures(profile, 'b')).toEqual([3, 'f', 't', null, null])
  expect(figures(profile, 'allnull')).toEqual([10, null, null, null, null])
  // PostgreSQL's avg() sums squares too, and that of 1e300 is out of range.
  expect(profile.problems.map(({ column }) => column)).toEqual(['f8c'])
})

test('an even number of values has the mean of the two middle ones', async () => {
  const stats = await measure(2)
  expect(figures(stats, 'v')).toEqual([1, '10', '70', '40', '40'])
  expect(figures(stats, 'tie')).toEqual([2, '1', '4', '2.1666666666666665', '2'])
  expect(stats.columns.find(({ name }) => name === 'g')?.topValues).toEqual([
    { value: 'q', count: 4 },
    { value: 'p', count: 2 },
    { value: 'r', count: 1 },
  ])
})

test('of an empty table, a view and a partitioned table', async () => {
  expect(await measure(1)).toMatchObject({ rowCount: 0, problems: [] })
  expect((await measure(1)).columns[0]).toMatchObject({ nullPercent: null, min: null, topValues: null })
  expect((await measure(3)).rowCount).toBe(5)
  expect((await measure(4)).rowCount).toBe(3)
})

test('a column that cannot be measured is named, and keeps no other from it', async () => {
  const profile = await measure(5)
  expect(profile.problems.map(({ column }) => column)).toEqual(['f'])
  expect(figures(profile, 'n')).toEqual([0, '1', '2', '1.5', '1.5'])
  expect(figures(profile, 'f').slice(0, 3)).toEqual([0, '1e+308', '1e+308'])
})

test('is stored', async () => {
  const measured = await measure(2)
  expect(await app.client.assets.profile({ id: ids[2] ?? '' })).toEqual(measured)
})

test('the least and the greatest are those of the type: of citext by its own order', async () => {
  const words = await measure(6)
  expect(figures(words, 'word').slice(0, 3)).toEqual([0, 'A', 'C'])
  expect(words.problems).toEqual([])
})
