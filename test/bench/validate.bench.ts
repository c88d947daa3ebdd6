import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { Connection } from '#services/postgres/connection.ts'
import { validateAsset } from '#services/validation/validate-asset.ts'
import type { Expectation, Kwargs } from '#shared/model/expectation.ts'
import { expectation, openTestConnection } from '#test/integration/validation-support.ts'
import { CLUSTER_VARIABLE, startTestCluster } from '#test/support/cluster.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type Figure, figure, report, timed } from './measure.ts'

/**
 * Thirty expectations on a table of orders (`--rows`, one million unless said otherwise), on one connection, beside the plain
 * statements that give the same numbers: the single pass, and the best plain plan. With duplicates planted, and with keys and
 * NOT NULLs in place, too. `--gx PYTHON` runs GX Core of that Python on the same table.
 */

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, gx: { type: 'string' }, json: { type: 'boolean' } },
})
const rows = Number(options.rows)
const RUNS = 5

const { expectations: suite } = JSON.parse(readFileSync(new URL('./data/orders-suite.json', import.meta.url), 'utf8')) as {
  readonly expectations: readonly { readonly type: string; readonly kwargs: Kwargs }[]
}

/** The row counts of the suite are those of the table it was written for. */
const expectations: readonly Expectation[] = suite.map(({ type, kwargs }) =>
  expectation(type, type === 'expect_table_row_count_to_be_between' ? { min_value: rows, max_value: rows } : kwargs),
)

const singlePass = `SELECT count(*), count(id), count(order_uuid), count(amount), count(status), count(email), count(shipped_at),
  count(*) FILTER (WHERE NOT (quantity >= 1 AND quantity <= 100)), count(*) FILTER (WHERE NOT (amount >= 0 AND amount <= 2000)),
  count(*) FILTER (WHERE NOT (score >= 0 AND score <= 100)),
  count(*) FILTER (WHERE NOT (created_at >= '2023-01-01T00:00:00+00:00' AND created_at <= '2030-01-01T00:00:00+00:00')),
  count(*) FILTER (WHERE status NOT IN ('pending', 'paid', 'packed', 'shipped', 'delivered', 'cancelled')),
  count(*) FILTER (WHERE country NOT IN ('DE', 'FR', 'NL', 'US', 'GB', 'ES', 'IT', 'PL', 'SE', 'AT')),
  count(*) FILTER (WHERE email !~ '^[^@ ]+@[^@ ]+\\.[a-z]+$'), count(*) FILTER (WHERE NOT (length(status) >= 3 AND length(status) <= 12)),
  count(*) FILTER (WHERE NOT (shipped_at >= created_at)), min(amount), max(amount), avg(1.0 * score), stddev_samp(score), sum(quantity) FROM orders`

/** Beside the single pass: what has to sort or hash, in the fastest form that we know. */
const ownStatements = [
  'SELECT count(DISTINCT id) FROM orders',
  'SELECT percentile_disc(ARRAY[0.5, 0.5]) WITHIN GROUP (ORDER BY amount) FROM orders',
  'SELECT percentile_disc(ARRAY[0.05, 0.25, 0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY score) FROM orders',
  'SELECT count(*) FROM (SELECT status FROM orders GROUP BY status) AS different',
  'SELECT count(DISTINCT order_uuid) FROM orders',
  'SELECT count(DISTINCT hashtextextended(email, 0) # (timestamptz_hash_extended(created_at, 0) << 1)) FROM orders',
]

const cluster = await startTestCluster()
process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
try {
  const database = await createDatabase({ sql: ordersSql(rows) })
  const connection = await openTestConnection(database)
  const figures = [...(await measure(connection, '')), ...(await countWork(database, connection)), ...measureGx(database)]
  await database.run(`INSERT INTO orders SELECT * FROM orders WHERE id % 100000 = 5`)
  figures.push(...(await measure(connection, ', duplicates planted')))
  await connection.dispose()
  const memory = Math.round(process.memoryUsage.rss() / 1_048_576)
  report('validate', figures, {
    node: process.versions.node,
    processors: cpus().length,
    rows,
    expectations: suite.length,
    'our process, MB': memory,
  })
} finally {
  await cluster.dispose()
}

async function measure(connection: Connection, what: string): Promise<Figure[]> {
  const [ours, plans, passes]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run <= RUNS; run += 1) {
    const oursMs = await timed(() => validateOrders(connection))
    const passMs = await timed(() => connection.query({ text: singlePass, values: [] }))
    let ownMs = 0
    for (const text of ownStatements) ownMs += await timed(() => connection.query({ text, values: [] }))
    if (run === 0) continue
    ours.push(oursMs)
    passes.push(passMs)
    plans.push(passMs + ownMs)
  }
  const ratio = (name: string, to: readonly number[]) =>
    figure(
      name + what,
      'ratio',
      ours.map((ms, index) => ms / (to[index] ?? 1)),
    )
  return [
    figure(`Plumbline, one connection${what}`, 'ms', ours),
    figure(`best plain plan, one connection${what}`, 'ms', plans),
    figure(`plain single pass${what}`, 'ms', passes),
    ratio('Plumbline / best plain plan', plans),
    ratio('Plumbline / single pass', passes),
  ]
}

/** @throws when an expectation of the suite could not be judged: a benchmark of errors is none */
async function validateOrders(connection: Connection): Promise<number> {
  const { results, circumstances, ending } = await validateAsset(connection, {
    runId: randomUUID(),
    source: { schema: 'public', relation: 'orders', query: null },
    expectations,
    keepFailingValues: true,
    budgetMs: 600_000,
    previousRows: null,
    signal: new AbortController().signal,
    progress: () => undefined,
  })
  const broken = results.filter(({ outcome }) => outcome === 'error' || outcome === 'incomplete')
  if (ending !== null || broken.length > 0) throw new Error(ending?.sentence ?? `${broken[0]?.type}: ${broken[0]?.problem?.sentence}`)
  return circumstances?.statementCount ?? 0
}

/** Outside of the timed runs: how often the table is read, and how much of it. */
async function countWork(database: TestDatabase, connection: Connection): Promise<Figure[]> {
  const read = async () => {
    await database.run('SELECT pg_stat_force_next_flush()')
    const [row] = await database.run("SELECT seq_scan + COALESCE(idx_scan, 0) AS scans FROM pg_stat_user_tables WHERE relname = 'orders'")
    return Number(row?.scans)
  }
  await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
  const before = await read()
  await validateOrders(connection)
  await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
  return [figure('scans of the table in a validation', 'count', [(await read()) - before])]
}

function measureGx(database: TestDatabase): Figure[] {
  if (options.gx === undefined) return []
  const script = new URL('./data/gx-orders.py', import.meta.url).pathname
  const url = `postgresql+psycopg2://${database.user}:${encodeURIComponent(database.password)}@${database.host}:${database.port}/${database.database}`
  const suiteFile = new URL('./data/orders-suite.json', import.meta.url).pathname
  const seconds = Array.from({ length: 3 }, () =>
    Number(
      execFileSync(options.gx ?? '', [script, suiteFile, String(rows)], {
        env: { ...process.env, BENCH_URL: url },
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ),
  )
  return [
    figure(
      'GX Core, SUMMARY',
      'ms',
      seconds.map((value) => value * 1_000),
    ),
  ]
}

/** Twelve columns, the same rows at each load; about one row in a thousand has a malformed e-mail, three in a hundred are not shipped. */
function ordersSql(count: number): string {
  return `
    SET timezone = 'UTC'; SET max_parallel_workers_per_gather = 0; SET jit = off;
    CREATE TABLE orders (id bigint, order_uuid uuid, quantity integer, amount numeric(12,2), status text, email text, created_at timestamptz,
      shipped_at timestamptz, is_gift boolean, attrs jsonb, country char(2), score double precision);
    SELECT setseed(0.424242);
    INSERT INTO orders SELECT i, md5('order-' || i)::uuid, 1 + (r1 * 99)::int, round((exp(r2 * 7.0) + r1)::numeric, 2),
      (ARRAY['pending','paid','packed','shipped','delivered','cancelled'])[1 + least(5, (r3 * 6)::int)],
      CASE WHEN i % 1000 = 7 THEN 'user' || (i % 750000) || '_at_example.org' ELSE 'user' || (i % 750000) || '@mail' || (i % 37) || '.example.org' END,
      ts, CASE WHEN i % 100 IN (3, 33, 66) THEN NULL WHEN i % 10000 = 77 THEN ts - interval '2 hours' ELSE ts + r4 * interval '10 days' + interval '1 minute' END,
      r5 < 0.08, jsonb_build_object('n', (r1 * 20)::int, 'v', i % 7 = 0), (ARRAY['DE','FR','NL','US','GB','ES','IT','PL','SE','AT'])[1 + (i % 10)::int],
      (r6 + r7 + r8 + r4 - 2.0) * 25.0 + 50.0
    FROM (SELECT i, random() r1, random() r2, random() r3, random() r4, random() r5, random() r6, random() r7, random() r8,
      timestamptz '2023-01-01 00:00:00+00' + i * interval '5 seconds' AS ts FROM generate_series(1, ${count}) AS g(i) OFFSET 0) s;
    ANALYZE orders;`
}
