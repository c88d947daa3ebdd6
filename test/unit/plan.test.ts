import { describe, expect, test } from 'vitest'
import { PostgresError } from '#services/postgres/errors.ts'
import { scanStatement } from '#services/validation/execute.ts'
import { isolate } from '#services/validation/isolate.ts'
import { metricKeys, planMetrics } from '#services/validation/plan.ts'
import type { Metric } from '#shared/expectations/definition.ts'
import { countRows } from '#shared/expectations/row-wise.ts'
import { countWhere } from '#shared/expectations/scan-metric.ts'
import { compile, sql } from '#shared/sql/sql.ts'

const scan = (name: string, value = 1): Metric => ({ pass: 'scan', kind: 'count', sql: sql`count(*) FILTER (WHERE ${name} = ${value})` })
const own = (name: string): Metric => ({ pass: 'own', kind: 'count', costs: 'hash', statement: sql`SELECT ${name}` })

describe('a plan', () => {
  test('asks equal fragments once, whoever asks, and puts them in one statement', () => {
    const plan = planMetrics([{ rows: scan('a'), x: scan('b') }, { y: scan('a') }, { z: own('c'), w: own('c') }])
    expect([plan.scans.map((each) => each.length), plan.own.length]).toEqual([[2], 1])
    const [fragments = []] = plan.scans
    expect(compile(scanStatement({ from: sql`t AS b`, asUser: false }, fragments))).toEqual({
      text: 'SELECT\n  count(*) FILTER (WHERE $1 = $2),\n  count(*) FILTER (WHERE $3 = $4)\nFROM t AS b',
      values: ['a', 1, 'b', 1],
    })
  })

  test('tells the same text with other values, and another kind, apart', () => {
    const text: Metric = { pass: 'scan', kind: 'text', sql: sql`x` }
    const count: Metric = { pass: 'scan', kind: 'count', sql: sql`x` }
    expect(new Set(Object.values(metricKeys({ a: scan('a', 1), b: scan('a', 2), text, count }))).size).toBe(4)
  })

  test('does not ask again what is known', () => {
    const known = new Set(Object.values(metricKeys({ a: scan('a') })))
    expect(planMetrics([{ a: scan('a') }], known)).toEqual({ scans: [], own: [] })
  })

  test('lets rows of a condition join a scan of all rows, and reads them by themselves where there is none', () => {
    const some: Metric = {
      ...countWhere(sql`x`),
      from: sql`(SELECT * FROM t AS b WHERE ${'c'}) AS b`,
      shared: sql`count(*) FILTER (WHERE CASE WHEN ${'c'} THEN x END)`,
    }
    const text = (metrics: readonly Metric[]) =>
      planMetrics(metrics.map((m) => ({ m }))).scans.map((each) => compile(scanStatement({ from: sql`t AS b`, asUser: false }, each)).text)
    expect(text([some, countRows])).toEqual(['SELECT\n  count(*) FILTER (WHERE CASE WHEN $1 THEN x END),\n  count(*)\nFROM t AS b'])
    expect(text([some])).toEqual(['SELECT\n  count(*) FILTER (WHERE x)\nFROM (SELECT * FROM t AS b WHERE $1) AS b'])
    // Whoever asks finds it under the same name.
    const [joined] = planMetrics([{ some }, { countRows }]).scans
    expect(joined?.map(({ key }) => key)).toEqual(Object.values(metricKeys({ some, countRows })))
  })

  test('takes at most 400 columns a statement, and fewer where they have many parameters', () => {
    const metrics = (count: number) => Array.from({ length: count }, (_, index) => ({ m: scan(`c${index}`) }))
    expect(planMetrics(metrics(1000)).scans.map((each) => each.length)).toEqual([400, 400, 200])
    const many: Metric = {
      pass: 'scan',
      kind: 'count',
      sql: { kind: 'sql', strings: new Array<string>(20_001).fill('x'), values: new Array<number>(20_000).fill(1) },
    }
    const more: Metric = { ...many, sql: { ...many.sql, values: new Array<number>(20_000).fill(2) } }
    expect(planMetrics([{ many }, { more }]).scans.map((each) => each.length)).toEqual([1, 1])
  })
})

describe('isolating', () => {
  const refused = new PostgresError(
    { sqlstate: '22012', severity: 'ERROR', message: 'division by zero', detail: null, hint: null, where: null, position: null },
    null,
  )
  const run = async (size: number, bad: ReadonlySet<number>, attempts: number) => {
    let made = 0
    const problems = await isolate(
      Array.from({ length: size }, (_, index) => index),
      async (group) => {
        made += 1
        if (group.some((item) => bad.has(item))) throw refused
      },
      { attempts },
    )
    return { made, problems }
  }

  test.each([
    [1, [0]],
    [400, [0]],
    [400, [399]],
    [400, [1, 200, 399]],
  ])('of %i finds %j within 2·log2(n) + 1 attempts each', async (size, bad) => {
    const { made, problems } = await run(size, new Set(bad), Number.POSITIVE_INFINITY)
    expect([...problems.keys()].sort((a, b) => a - b)).toEqual(bad)
    expect(made).toBeLessThanOrEqual(bad.length * 2 * Math.ceil(Math.log2(size)) + 1)
  })

  test('where all are bad, what the budget does not reach is "not isolated", and nothing is lost', async () => {
    const all = new Set(Array.from({ length: 400 }, (_, index) => index))
    const { made, problems } = await run(400, all, 64)
    expect([made, problems.size]).toEqual([64, 400])
    expect([...problems.values()].some((problem) => problem.sentence.startsWith('Not isolated'))).toBe(true)
  })

  test.each(['57014', '08006', '40001', '53200', '55P03', '57P01'])('%s ends the run: halving would find no offender', async (sqlstate) => {
    const ending = new PostgresError({ ...refused.problem, sqlstate }, null)
    let made = 0
    const attempt = async () => {
      made += 1
      throw ending
    }
    await expect(isolate([1, 2, 3], attempt, { attempts: 100 })).rejects.toBe(ending)
    expect(made).toBe(1)
  })
})
