import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import { chromium, type Page } from '@playwright/test'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { GeneratedKind, RelationName } from '#shared/model/data-asset.ts'
import { callApp } from '#test/e2e/expectations-support.ts'
import { findChromium } from '#test/e2e/support/chromium.ts'
import { startApp } from '#test/e2e/support/running-app.ts'

import { CLUSTER_VARIABLE, startTestCluster } from '#test/support/cluster.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { figure, report, timed } from './measure.ts'

/**
 * The Tables step with 10,000 tables in 100 schemas, in the built program and a browser, beside psql with a plain question
 * to the same catalog; and adding 1,000 tables with all three kinds of GX's generated expectations, beside psql counting
 * the same columns of the same tables.
 */

const RUNS = 5
const SCHEMAS = 100
const TABLES_EACH = 100
const ADDED = 1_000
const ROWS = 200
const FRAMES = 180
const COLUMNS = 'id bigint PRIMARY KEY, name text, amount numeric, at timestamptz, flag boolean, note text'
const kinds: readonly GeneratedKind[] = ['column-changes', 'volume', 'completeness']

/** What a person would ask psql for the same list. */
const plainCatalog = `SELECT n.nspname, c.relname, c.relkind, c.reltuples, pg_total_relation_size(c.oid), obj_description(c.oid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r','p','v','m','f') AND n.nspname NOT IN ('pg_catalog','information_schema') AND n.nspname !~ '^pg_toast' ORDER BY 1, 2`

const executablePath = findChromium()
if (executablePath === null) throw new Error('There is no Chromium on this computer.')
const cluster = await startTestCluster()
process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
const database = await createDatabase({ sql: manyTables() })
// By itself, as it then gives each table's lock back before it takes the next.
await database.run('ANALYZE')
const browser = await chromium.launch({ executablePath })
const app = await startApp()
const { client, close } = await callApp(app)

try {
  const source = await connect(database, 'Many')
  const listing = await measureListing(source)
  const page = await measurePage(source)
  const adding = await measureAdding()
  report('setup', [...listing, ...page, ...adding], {
    node: process.versions.node,
    processors: cpus().length,
    tables: SCHEMAS * TABLES_EACH,
    schemas: SCHEMAS,
    rowsOfAnAddedTable: ROWS,
  })
} finally {
  close()
  await app.dispose()
  await browser.close()
  await database.dispose()
  await cluster.dispose()
}

async function measureListing(id: string) {
  const [ours, plain] = await sideBySide(
    () => client.dataSources.relations({ id }),
    () => psql(plainCatalog),
  )
  // The server knows nothing of the tables yet in a session that has just begun.
  const fresh: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const source = await connect(database, `Fresh ${run}`)
    fresh.push(await timed(() => client.dataSources.relations({ id: source })))
    await client.dataSources.remove({ id: source })
  }
  return [
    figure('list of 10,000 tables, the connection included', 'ms', fresh),
    figure('list of 10,000 tables, by the contract', 'ms', ours),
    figure('psql with a plain catalog query', 'ms', plain),
    figure('list / psql', 'ratio', ratios(ours, plain)),
  ]
}

async function measurePage(id: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(await app.freshLink())
  await page.getByRole('main').waitFor()
  const origin = new URL(page.url()).origin
  const listed: number[] = []
  for (let run = 0; run <= RUNS; run += 1) {
    // A page that has listed nothing yet, in the wizard's first step.
    await page.goto(`${origin}/#/setup`)
    await page.reload()
    await page.getByRole('heading', { name: 'Prerequisites', level: 2 }).waitFor()
    const ms = await timed(async () => {
      await page.evaluate((hash) => window.location.assign(hash), `#/setup/tables?source=${id}`)
      await page.getByRole('listbox', { name: 'Tables' }).getByRole('option').first().waitFor()
    })
    if (run > 0) listed.push(ms)
  }
  const keys = await typeAndMeasure(page, ['t', 't_', 't_4', 't_42', 's', 's_', 's_1', 's_17', 's_17 t_9', 'nothing', ''])
  const frames = await scrollAndMeasure(page)
  const selecting: number[] = []
  for (let run = 0; run < RUNS * 2; run += 1) selecting.push(await page.evaluate(pressSelectAll))
  await page.close()
  return [
    figure('screen: from the click to the first rows', 'ms', listed),
    figure('screen: a key in the search, until the list is rendered', 'ms', keys.work),
    figure('screen: a key in the search, until it is painted', 'ms', keys.painted),
    figure('screen: a frame while scrolling through all', 'ms', frames),
    figure('screen: longest frame while scrolling', 'ms', [Math.max(...frames)]),
    figure('screen: all 10,000 selected or given back', 'ms', selecting),
  ]
}

async function measureAdding() {
  const relations = Array.from({ length: ADDED }, (_, index) => nameOf(index))
  const counts = relations
    .map(
      ({ schema, name }) =>
        `SELECT count(*), count(id), count(name), count(amount), count(at), count(flag), count(note) FROM ${schema}.${name};`,
    )
    .join('\n')
  const repeats: number[] = []
  const cancels: number[] = []
  let source = ''
  const [ours, plain] = await sideBySide(
    async () => {
      source = await connect(database, `Adding ${randomUUID()}`)
      const { added, failed, unmeasured } = await add(source, relations, randomUUID())
      if (added.length !== ADDED || failed.length + unmeasured.length > 0) throw new Error('Not all tables were added as they should be.')
    },
    async () => psql(counts),
    async () => {
      repeats.push(await timed(() => add(source, relations, randomUUID())))
      await client.dataSources.remove({ id: source })
      cancels.push(await timeCancel(relations))
    },
  )
  return [
    figure('adding 1,000 tables with all three kinds', 'ms', ours),
    figure('psql counting the same columns', 'ms', plain),
    figure('adding / psql', 'ratio', ratios(ours, plain)),
    figure('adding the same again, which changes nothing', 'ms', repeats),
    figure('from the cancel to the answer', 'ms', cancels),
  ]
}

/** Stopped once it is under way; what is in already stays. */
async function timeCancel(relations: readonly RelationName[]): Promise<number> {
  const id = await connect(database, `Cancelled ${randomUUID()}`)
  const taskId = randomUUID()
  const adding = add(id, relations, taskId)
  await new Promise((resolve) => setTimeout(resolve, 300))
  let cancelled = false
  const ms = await timed(async () => {
    await client.tasks.cancel({ id: taskId })
    cancelled = (await adding).cancelled
  })
  if (!cancelled) throw new Error('It was over before it could be cancelled.')
  await client.dataSources.remove({ id })
  return ms
}

function add(dataSourceId: string, relations: readonly RelationName[], taskId: string): ReturnType<ContractClient['assets']['add']> {
  return client.assets.add({ taskId, dataSourceId, relations: [...relations], generate: [...kinds] })
}

/** In turns, so that both see the same machine; the first turn warms. `after` is not measured. */
async function sideBySide(one: () => Promise<unknown>, other: () => Promise<unknown>, after: () => Promise<unknown> = async () => {}) {
  const [ones, others]: [number[], number[]] = [[], []]
  for (let run = 0; run <= RUNS; run += 1) {
    const [oneMs, otherMs] = [await timed(one), await timed(other)]
    await after()
    if (run === 0) continue
    ones.push(oneMs)
    others.push(otherMs)
  }
  return [ones, others] as const
}

async function typeAndMeasure(page: Page, texts: readonly string[]) {
  const times = await page.evaluate(async (all) => {
    const input = document.querySelector<HTMLInputElement>('input[aria-label="Search tables"]')
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    if (input === null || setValue === undefined) throw new Error('There is no search.')
    const [work, painted]: [number[], number[]] = [[], []]
    for (const text of all) {
      const start = performance.now()
      setValue.call(input, text)
      // React renders what a key does before the event is over.
      input.dispatchEvent(new Event('input', { bubbles: true }))
      await Promise.resolve()
      work.push(performance.now() - start)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      painted.push(performance.now() - start)
    }
    return { work, painted }
  }, texts)
  return times
}

async function scrollAndMeasure(page: Page): Promise<readonly number[]> {
  return page.evaluate(async (count) => {
    const list = document.querySelector('[role="listbox"]')
    if (list === null) throw new Error('There is no list.')
    const step = (list.scrollHeight - list.clientHeight) / count
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    const frames: number[] = []
    let before = await frame()
    for (let index = 0; index < count; index += 1) {
      list.scrollTop += step
      const now = await frame()
      frames.push(now - before)
      before = now
    }
    return frames
  }, FRAMES)
}

/** Until it is painted. Runs in the page. */
async function pressSelectAll(): Promise<number> {
  const box = [...document.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].find((one) =>
    one.labels?.[0]?.textContent?.startsWith('Select all'),
  )
  const start = performance.now()
  box?.click()
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  return performance.now() - start
}

function ratios(ours: readonly number[], plain: readonly number[]): number[] {
  return ours.map((ms, index) => ms / (plain[index] ?? 1))
}

async function psql(script: string): Promise<void> {
  const { connectionString } = database
  execFileSync('psql', ['-X', '-q', '-d', connectionString, '-f', '-'], { input: script, stdio: ['pipe', 'ignore', 'inherit'] })
}

async function connect({ connectionString }: TestDatabase, name: string): Promise<string> {
  const input = { name, connectionString, sslmode: null, plaintextConsent: false, savePassword: false, environment: 'none' as const }
  return (await client.dataSources.create(input)).id
}

function nameOf(index: number): RelationName {
  return { schema: `s_${Math.floor(index / TABLES_EACH)}`, name: `t_${index % TABLES_EACH}` }
}

/** A transaction for each schema, as one would need more locks than the server holds. */
function manyTables(): string {
  const schemas = Array.from({ length: SCHEMAS }, (_, schema) => {
    const tables = Array.from({ length: TABLES_EACH }, (_, table) => {
      const filled = schema * TABLES_EACH + table < ADDED
      const fill = `INSERT INTO s_${schema}.t_${table} SELECT i, 'n' || i, CASE WHEN i % 3 = 0 THEN i END, now(), NULL, 'x' FROM generate_series(1, ${ROWS}) i;`
      return `CREATE TABLE s_${schema}.t_${table} (${COLUMNS}); COMMENT ON TABLE s_${schema}.t_${table} IS 'Table ${table} of ${schema}'; ${filled ? fill : ''}`
    })
    return `BEGIN; CREATE SCHEMA s_${schema}; ${tables.join('\n')} COMMIT;`
  })
  return `SET synchronous_commit = off; ${schemas.join('\n')}`
}
