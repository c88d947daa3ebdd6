import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, statfsSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import type { Connection } from '#services/postgres/connection.ts'
import { type ValidationOutcome, type ValidationRequest, validateAsset } from '#services/validation/validate-asset.ts'
import type { Expectation, Kwargs } from '#shared/model/expectation.ts'
import { expectation, openTestConnection } from '#test/integration/validation-support.ts'
import { CLUSTER_VARIABLE, startTestCluster } from '#test/support/cluster.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type Figure, figure, report, timed } from './measure.ts'
import { ordersSql, ownStatements, singlePass } from './orders.ts'

/**
 * Thirty expectations on a table of orders (`--rows`, one million unless said otherwise), over one connection and over two,
 * beside the plain statements that give the same numbers: the single pass, and the best plain plan. The same with duplicates
 * planted, and with keys and NOT NULLs in place. `--gx PYTHON` runs GX Core of that Python on the same table. `--runs N`: how often each is
 * taken, five times unless said otherwise. `--first`: only the table as it is loaded. Ten million rows take
 * 8 GB and about an hour, or five minutes with `--runs 1 --first`.
 */

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    first: { type: 'boolean' },
    gx: { type: 'string' },
    json: { type: 'boolean' },
  },
})
const rows = Number(options.rows)
const runs = Number(options.runs)

/** The table, its keys, and what is sorted and logged beside them. */
const BYTES_PER_ROW = 800
const { bavail, bsize } = statfsSync(tmpdir())
if (bavail * bsize < rows * BYTES_PER_ROW) {
  console.error(
    `${rows} rows need about ${Math.ceil((rows * BYTES_PER_ROW) / 1e9)} GB in ${tmpdir()}, and there are ${Math.floor((bavail * bsize) / 1e9)}.`,
  )
  process.exit(1)
}

const { expectations: suite } = JSON.parse(readFileSync(new URL('./data/orders-suite.json', import.meta.url), 'utf8')) as {
  readonly expectations: readonly { readonly type: string; readonly kwargs: Kwargs }[]
}

/** The row counts of the suite are those of the table it was written for. */
const expectations: readonly Expectation[] = suite.map(({ type, kwargs }) =>
  expectation(type, type === 'expect_table_row_count_to_be_between' ? { min_value: rows, max_value: rows } : kwargs),
)

/** Those that the single pass answers, too. */
const scanned = expectations.filter(({ type }) => !/unique|median|quantile|distinct/.test(type))

const cluster = await startTestCluster()
process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
try {
  const database = await createDatabase({ sql: ordersSql(rows) })
  const connections = [await openTestConnection(database), await openTestConnection(database)] as const
  const plain = await measure(connections, '')
  const figures = [...plain, ...(await countWork(database, connections[0])), ...measureGx(database, plain)]
  if (options.first !== true) figures.push(...(await measureOthers(database, connections)))
  for (const connection of connections) await connection.dispose()
  report('validate', figures, {
    node: process.versions.node,
    processors: cpus().length,
    rows,
    expectations: suite.length,
    'our process at its largest, MB': Math.round(process.resourceUsage().maxRSS / 1_024),
  })
} finally {
  await cluster.dispose()
}

type Connections = readonly [Connection, Connection]

async function measureOthers(database: TestDatabase, connections: Connections): Promise<Figure[]> {
  await database.run(`INSERT INTO orders SELECT * FROM orders WHERE id % 100000 = 5`)
  const duplicates = await measure(connections, ', duplicates planted')
  await database.run(`
    DELETE FROM orders a USING orders b WHERE a.id = b.id AND a.ctid > b.ctid;
    ALTER TABLE orders ADD PRIMARY KEY (id), ADD UNIQUE (order_uuid), ADD UNIQUE (email, created_at);
    ${['order_uuid', 'amount', 'status', 'email', 'created_at'].map((column) => `ALTER TABLE orders ALTER ${column} SET NOT NULL;`).join(' ')}
    ANALYZE orders`)
  return [...duplicates, ...(await measure(connections, ', keys and NOT NULLs in place'))]
}

async function measure([first, second]: Connections, what: string): Promise<Figure[]> {
  const taken = {
    one: [] as number[],
    two: [] as number[],
    scan: [] as number[],
    pass: [] as number[],
    plan: [] as number[],
    planOnTwo: [] as number[],
  }
  for (let run = 0; run <= runs; run += 1) {
    const one = await timed(() => validateOrders(first, expectations))
    const two = await timed(() =>
      validateOrders(first, expectations, { second: async () => ({ connection: second, release: async () => undefined }) }),
    )
    const scan = await timed(() => validateOrders(first, scanned))
    const pass = await timed(() => first.query({ text: singlePass, values: [] }))
    const own: { readonly text: string; readonly ms: number }[] = []
    for (const text of ownStatements) own.push({ text, ms: await timed(() => first.query({ text, values: [] })) })
    const longestFirst = [{ text: singlePass, ms: pass }, ...own].sort((a, b) => b.ms - a.ms).map(({ text }) => text)
    const planOnTwo = await timed(() => Promise.all([sendEach(first, longestFirst), sendEach(second, longestFirst)]))
    if (run === 0) continue
    taken.one.push(one)
    taken.two.push(two)
    taken.scan.push(scan)
    taken.pass.push(pass)
    taken.plan.push(own.reduce((sum, { ms }) => sum + ms, pass))
    taken.planOnTwo.push(planOnTwo)
  }
  const ratio = (name: string, ours: readonly number[], theirs: readonly number[]) =>
    figure(
      name + what,
      'ratio',
      ours.map((ms, index) => ms / (theirs[index] ?? 1)),
    )
  return [
    figure(`Plumbline, one connection${what}`, 'ms', taken.one),
    figure(`Plumbline, two connections${what}`, 'ms', taken.two),
    figure(`best plain plan, one connection${what}`, 'ms', taken.plan),
    figure(`best plain plan, two connections${what}`, 'ms', taken.planOnTwo),
    ratio('Plumbline / best plain plan, one connection', taken.one, taken.plan),
    ratio('Plumbline / best plain plan, two connections', taken.two, taken.planOnTwo),
    figure(`Plumbline, what one scan answers${what}`, 'ms', taken.scan),
    figure(`plain single pass${what}`, 'ms', taken.pass),
    ratio('Plumbline / single pass', taken.scan, taken.pass),
  ]
}

/** Takes the next that nobody has taken yet. */
async function sendEach(connection: Connection, waiting: string[]): Promise<void> {
  for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) await connection.query({ text, values: [] })
}

/** @throws when an expectation of the suite could not be judged: a benchmark of errors is none */
async function validateOrders(
  connection: Connection,
  wanted: readonly Expectation[],
  more: Partial<ValidationRequest> = {},
): Promise<ValidationOutcome> {
  const outcome = await validateAsset(connection, {
    runId: randomUUID(),
    source: { schema: 'public', relation: 'orders', query: null },
    expectations: wanted,
    keepFailingValues: true,
    budgetMs: 600_000,
    previousRows: null,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  })
  const { ending, results } = outcome
  const broken = results.filter(({ outcome: kind }) => kind === 'error' || kind === 'incomplete')
  if (ending !== null || broken.length > 0) throw new Error(ending?.sentence ?? `${broken[0]?.type}: ${broken[0]?.problem?.sentence}`)
  return outcome
}

/** Outside of the timed runs: how many statements read the table, and how much of it. */
async function countWork(database: TestDatabase, connection: Connection): Promise<Figure[]> {
  const sent: string[] = []
  const watched = new Proxy(connection, {
    get(target, name) {
      if (name === 'query') {
        return (...[statement, given]: Parameters<Connection['query']>) => {
          sent.push(statement.text)
          return target.query(statement, given)
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const bytes = async () => {
    await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
    const [row] = await database.run(
      "SELECT (blks_hit + blks_read) * current_setting('block_size')::int8 AS bytes FROM pg_stat_database WHERE datname = current_database()",
    )
    return Number(row?.bytes)
  }
  const before = await bytes()
  const { results } = await validateOrders(watched, expectations)
  const readBytes = (await bytes()) - before
  const reading = sent.filter((text) => /FROM "public"\."orders"/.test(text) && !/EXPLAIN/.test(text))
  return [
    figure('statements that read the table', 'count', [reading.length]),
    figure('of the expectations, passed', 'count', [results.filter(({ outcome }) => outcome === 'passed').length]),
    figure('pages read by a validation, MB', 'count', [readBytes / 1_048_576]),
  ]
}

/** `ours`: to be held against. */
function measureGx(database: TestDatabase, ours: readonly Figure[]): Figure[] {
  if (options.gx === undefined) return []
  const script = new URL('./data/gx-orders.py', import.meta.url).pathname
  const url = `postgresql+psycopg2://${database.user}:${encodeURIComponent(database.password)}@${database.host}:${database.port}/${database.database}`
  const suiteFile = new URL('./data/orders-suite.json', import.meta.url).pathname
  return ['SUMMARY', 'BOOLEAN_ONLY'].flatMap((format) => {
    const answers = Array.from({ length: Math.min(3, runs) }, () =>
      execFileSync(options.gx ?? '', [script, suiteFile, String(rows), format], {
        env: { ...process.env, BENCH_URL: url },
        stdio: ['ignore', 'pipe', 'ignore'],
        encoding: 'utf8',
      })
        .trim()
        .split(' '),
    )
    const name = `GX Core ${answers[0]?.[1] ?? ''}, ${format}`
    const taken = answers.map(([seconds]) => Number(seconds) * 1_000)
    const times = ['one connection', 'two connections'].map((on) => {
      const median = ours.find((each) => each.name === `Plumbline, ${on}`)?.median ?? 1
      return figure(
        `${name} / Plumbline, ${on}`,
        'ratio',
        taken.map((ms) => ms / median),
      )
    })
    return [figure(name, 'ms', taken), ...times]
  })
}
