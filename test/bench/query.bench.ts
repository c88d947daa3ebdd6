import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { chromium, type Page } from '@playwright/test'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { ExportFormat, ExportSource, QueryEvent } from '#shared/model/query.ts'
import { callApp } from '#test/e2e/expectations-support.ts'
import { findChromium } from '#test/e2e/support/chromium.ts'
import { type RunningApp, startApp } from '#test/e2e/support/running-app.ts'
import { startTlsServer } from '#test/support/tls-server.ts'
import { type Figure, figure, report, timed } from './measure.ts'

/**
 * The query pane on a million rows of ten columns, by the built program over its own socket and in a real Chromium; beside
 * psql on the same server where there is something to compare. Each key of the report has its target in the closing note.
 */

const RUNS = 5
const ROWS = 1_000_000
const TABLES = 20_000
const SQL = 'SELECT * FROM wide'
const rowSession = {
  autocommit: true,
  rollbackOnError: false,
  oneTransaction: false,
  afterError: 'stop',
  isolation: 'default',
  idleLimitMs: null,
} as const

/** About 120 bytes a row, of the types that people have. */
const WIDE = `CREATE TABLE wide AS SELECT i AS id, md5(i::text) AS token, 'user' || i || '@example.org' AS email, i % 7 = 0 AS flag,
  (i * 37 % 100000) / 100.0 AS amount, timestamptz '2025-01-01' + i * interval '7 seconds' AS at, i % 97 AS quantity,
  CASE WHEN i % 5 = 0 THEN NULL ELSE 'note ' || i END AS note, (i * 0.37)::float8 AS score, date '2025-01-01' + i % 700 AS day
  FROM generate_series(1, ${ROWS}) i; ANALYZE wide`

const server = await startTlsServer()
const app = await startApp()
const figures: Figure[] = []
try {
  const { port } = server.endpoint
  await server.run("CREATE ROLE reader LOGIN PASSWORD 'right'")
  await server.allow(['host all reader 127.0.0.1/32 scram-sha-256'])
  await server.run(WIDE)
  await server.run('GRANT SELECT ON wide TO reader')
  const { client, close } = await callApp(app)
  const plain = await addSource(client, 'disable', `postgresql://reader:right@localhost:${port}/postgres`)
  const tls = await addSource(client, 'require', `postgresql://reader:right@localhost:${port}/postgres`)
  if (wanted('fetch')) await measureFetch(client, plain, 'fetchOverPsql', 'disable')
  if (wanted('fetch')) await measureFetch(client, tls, 'fetchOverPsql with TLS', 'require')
  if (wanted('export')) await measureExport(app, client, plain)
  if (wanted('cancel')) await measureCancel(client, plain)
  if (wanted('page')) await measurePage(app, plain)
  if (wanted('cells')) await measureCells(app, plain)
  if (wanted('browser')) await server.run('CREATE SCHEMA many; GRANT USAGE ON SCHEMA many TO reader')
  // In parts: a lock is held for each until the end of its transaction.
  for (let from = 1; wanted('browser') && from <= TABLES; from += 1_000)
    await server.run(
      `DO $$ BEGIN FOR i IN ${from}..${from + 999} LOOP EXECUTE format('CREATE TABLE many.t%s (a int)', i); END LOOP; END $$`,
    )
  if (wanted('browser')) await measureBrowser(app, plain)
  close()
} finally {
  await app.dispose()
  await server.dispose()
}
report('query', figures, { node: process.versions.node, processors: cpus().length, rows: ROWS, columns: 10 })

/** Parts may be named: `npm run bench -- query page cells`. None: all. */
function wanted(part: 'fetch' | 'export' | 'cancel' | 'page' | 'cells' | 'browser'): boolean {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
  return named.length === 0 || named.includes(part)
}

/** All rows in Plumbline's store, beside psql that throws them away; the growth of the program's memory while it reads. */
async function measureFetch(client: ContractClient, dataSourceId: string, name: string, sslmode: string): Promise<void> {
  const ratios: number[] = []
  const growth: number[] = []
  const before = residentMb()
  for (let run = 0; run <= RUNS; run += 1) {
    const tabId = randomUUID()
    let peak = before
    const watch = setInterval(() => {
      peak = Math.max(peak, residentMb())
    }, 20)
    const ours = await timed(() => runAll(client, dataSourceId, tabId))
    clearInterval(watch)
    await client.query.close({ tabId })
    const theirs = await timed(() => psql(sslmode, ['--no-psqlrc', '-At', '-o', '/dev/null', '-c', SQL]))
    if (run === 0) continue
    ratios.push(ours / theirs)
    growth.push(peak - before)
  }
  figures.push(figure(name, 'ratio', ratios))
  if (name === 'fetchOverPsql') figures.push(figure('processGrowthMb', 'MB', growth))
}

/** All rows as an exact CSV in a file as a browser downloads it, from the store and by the query run again, beside psql's own copy. */
async function measureExport(app: RunningApp, client: ContractClient, dataSourceId: string): Promise<void> {
  const tabId = randomUUID()
  const resultId = await runAll(client, dataSourceId, tabId)
  const kept: number[] = []
  const again: number[] = []
  const parquet: number[] = []
  for (let run = 0; run <= RUNS; run += 1) {
    const file = join(tmpdir(), `plumbline-bench-${randomUUID()}.csv`)
    const one = await timed(() => download(app, client, { kind: 'kept', resultId }, 'csv-exact', file))
    await rm(file)
    const other = await timed(() => download(app, client, { kind: 'again', dataSourceId, sql: SQL, tab: null }, 'csv-exact', file))
    await rm(file)
    const columns = await timed(() => download(app, client, { kind: 'kept', resultId }, 'parquet', file))
    await rm(file)
    const theirs = await timed(() => psql('disable', ['--no-psqlrc', '-c', `\\copy (${SQL}) to '${file}' csv header`]))
    await rm(file)
    if (run === 0) continue
    kept.push(one / theirs)
    again.push(other / theirs)
    parquet.push(columns)
  }
  await client.query.close({ tabId })
  figures.push(figure('exportOverCopy', 'ratio', again), figure('export of kept rows over copy', 'ratio', kept))
  figures.push(figure('parquet of kept rows', 'ms', parquet))
}

async function download(app: RunningApp, client: ContractClient, source: ExportSource, format: ExportFormat, file: string): Promise<void> {
  let written: Promise<void> = Promise.resolve()
  for await (const event of await client.query.export({ source, format, name: 'bench' })) {
    if (event.type !== 'download') continue
    written = fetched(new URL(event.path, app.link), file)
  }
  await written
}

/** By a client that costs little beside the server and the program; `fetch` of Node costs as much as both do. */
async function fetched(url: URL, file: string): Promise<void> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error('The file was not served.')
  await pipeline(response, createWriteStream(file, { highWaterMark: 1024 * 1024 }))
}

/** From the cancel to the end of the run. */
async function measureCancel(client: ContractClient, dataSourceId: string): Promise<void> {
  const times: number[] = []
  for (let run = 0; run <= RUNS; run += 1) {
    const runId = randomUUID()
    const running = read(client, { runId, dataSourceId, tabId: randomUUID(), sql: 'SELECT pg_sleep(600)', rowLimit: 10 })
    await until(
      async () => (await server.run("SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'")).length > 0,
    )
    const ms = await timed(async () => {
      await client.query.cancel({ runId })
      await running
    })
    if (run > 0) times.push(ms)
  }
  figures.push(figure('cancelMs', 'ms', times))
}

/** First rows on the screen, the page's memory, and the smoothness of scrolling through all of them. */
async function measurePage(app: RunningApp, dataSourceId: string): Promise<void> {
  const { page, close } = await openPage(app, dataSourceId)
  try {
    const heap = await heapOf(page)
    // What a frame takes here with nothing to draw: the screen's own pace, and how busy the machine is.
    const still: Frames[] = []
    for (let run = 0; run < RUNS; run += 1) still.push(await page.evaluate(idleFrames))
    pushFrames(' of a page at rest', still)
    const before = await heap()
    await page.locator('.cm-content').first().click()
    await page.keyboard.insertText(SQL)
    const firsts: number[] = []
    for (let run = 0; run <= RUNS; run += 1) {
      const ms = await page.evaluate(firstRowMs)
      const wire = await timed(() => psql('disable', ['--no-psqlrc', '-At', '-o', '/dev/null', '-c', `${SQL} LIMIT 1`]))
      if (run > 0) firsts.push(Math.max(0, ms - wire))
      await page.waitForTimeout(500)
    }
    figures.push(figure('firstRowsMs', 'ms', firsts))
    await page.getByRole('button', { name: 'Read all' }).click()
    await page.getByText('Total rows: 1,000,000').waitFor({ timeout: 120_000 })
    const frames: Frames[] = []
    const peaks: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      frames.push(await page.evaluate(scrollThrough))
      peaks.push((await heap()) - before)
    }
    const jumps: number[] = []
    for (let run = 0; run < RUNS; run += 1) jumps.push(await page.evaluate(jumpMs, 900_000 + run * 1_000))
    figures.push(figure('pageGrowthMb', 'MB', peaks), figure('jumpMs', 'ms', jumps))
    pushFrames('', frames)
  } finally {
    await close()
  }
}

/** A value of 20 MB opened, and 1,600 columns scrolled through. */
async function measureCells(app: RunningApp, dataSourceId: string): Promise<void> {
  const { page, close } = await openPage(app, dataSourceId)
  const show = async (sql: string) => {
    await page.locator('.cm-content').first().click()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.insertText(sql)
    await page.keyboard.press('F5')
    await page.getByRole('gridcell').first().waitFor()
    await page.waitForTimeout(500)
  }
  try {
    await show("SELECT repeat('x', 20000000) AS body")
    const tasks: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      await page.evaluate(watchTasks)
      await page.getByRole('gridcell').first().click()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(1_000)
      tasks.push(await page.evaluate(longestTask))
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    figures.push(figure('longest task with a value of 20 MB opened, 0: none over 50', 'ms', tasks))
    await show(
      `SELECT ${Array.from({ length: 1_600 }, (_, column) => `i + ${column} AS c${column}`).join(', ')} FROM generate_series(1, 1000) i`,
    )
    const frames: Frames[] = []
    for (let run = 0; run < RUNS; run += 1) frames.push(await page.evaluate(scrollAcross))
    pushFrames(' across 1,600 columns', frames)
  } finally {
    await close()
  }
}

/** From the click on the schema with 20,000 tables to the first of them on the screen. */
async function measureBrowser(app: RunningApp, dataSourceId: string): Promise<void> {
  const times: number[] = []
  for (let run = 0; run <= RUNS; run += 1) {
    const { page, close } = await openPage(app, dataSourceId)
    const schema = page.getByRole('treeitem', { name: /^many/ })
    await schema.waitFor()
    const ms = await timed(async () => {
      await schema.click()
      await page.keyboard.press('ArrowRight')
      await page.getByRole('treeitem', { name: 't1', exact: true }).waitFor()
    })
    if (run > 0) times.push(ms)
    await close()
  }
  figures.push(figure('browser20000TablesMs', 'ms', times))
}

async function openPage(app: RunningApp, dataSourceId: string): Promise<{ readonly page: Page; close(): Promise<void> }> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('There is no Chromium on this computer.')
  const browser = await chromium.launch({ executablePath })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(await app.freshLink())
  await page.getByRole('main').waitFor()
  await page.goto(`${new URL(page.url()).origin}/#/query?source=${dataSourceId}`)
  await page.getByRole('treeitem').first().waitFor()
  return { page, close: () => browser.close() }
}

/** In the page: from the key to the first cell. */
async function firstRowMs(): Promise<number> {
  const grid = () => document.querySelector('[role="gridcell"]')
  const start = performance.now()
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F5', bubbles: true, cancelable: true }))
  while (grid() !== null) await new Promise(requestAnimationFrame)
  while ((grid()?.textContent ?? '') === '') await new Promise(requestAnimationFrame)
  await new Promise(requestAnimationFrame)
  return performance.now() - start
}

/**
 * Between one frame and the next, in ms: by the time that the browser gives the frame (a multiple of the screen's pace, so that a frame which was
 * not ready in time counts twice or more), and by the page's clock when its turn came (which trembles by up to a millisecond at rest, too).
 */
interface Frames {
  readonly frames: number[]
  readonly turns: number[]
}

function pushFrames(what: string, runs: readonly Frames[]): void {
  const frames = runs.map((run) => p95(run.frames))
  const turns = runs.map((run) => p95(run.turns))
  figures.push(figure(`frameP95Ms${what}`, 'ms', frames), figure(`turnP95Ms${what}`, 'ms', turns))
}

/** In the page: two seconds of nothing. */
async function idleFrames(): Promise<Frames> {
  const frames: number[] = []
  const turns: number[] = []
  let last = await new Promise<number>(requestAnimationFrame)
  let turn = performance.now()
  for (let step = 0; step < 120; step += 1) {
    const at = await new Promise<number>(requestAnimationFrame)
    const now = performance.now()
    frames.push(at - last)
    turns.push(now - turn)
    last = at
    turn = now
  }
  return { frames, turns }
}

/** In the page: from the first column to the last in two seconds. */
async function scrollAcross(): Promise<Frames> {
  const grid = document.querySelector('[role="grid"]')
  if (grid === null) throw new Error('There is no grid.')
  const frames: number[] = []
  const turns: number[] = []
  let last = await new Promise<number>(requestAnimationFrame)
  let turn = performance.now()
  for (let step = 0; step < 120; step += 1) {
    grid.scrollLeft = ((grid.scrollWidth - grid.clientWidth) * step) / 119
    const at = await new Promise<number>(requestAnimationFrame)
    const now = performance.now()
    frames.push(at - last)
    turns.push(now - turn)
    last = at
    turn = now
  }
  return { frames, turns }
}

/** In the page: remembers the longest task from now on. */
function watchTasks(): void {
  const root = document.documentElement
  root.dataset.longestTask = '0'
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) root.dataset.longestTask = String(Math.max(Number(root.dataset.longestTask), duration))
  }).observe({ type: 'longtask' })
}

function longestTask(): number {
  return Number(document.documentElement.dataset.longestTask)
}

/** In the page: a wheel for two seconds, then the thumb dragged over everything for two. */
async function scrollThrough(): Promise<Frames> {
  const grid = document.querySelector('[role="grid"]')
  if (grid === null) throw new Error('There is no grid.')
  grid.scrollTop = 0
  const frames: number[] = []
  const turns: number[] = []
  let last = await new Promise<number>(requestAnimationFrame)
  let turn = performance.now()
  for (let step = 0; step < 240; step += 1) {
    if (step < 120) grid.scrollTop += 78
    else grid.scrollTop = ((grid.scrollHeight - grid.clientHeight) * (step - 120)) / 119
    const at = await new Promise<number>(requestAnimationFrame)
    const now = performance.now()
    frames.push(at - last)
    turns.push(now - turn)
    last = at
    turn = now
  }
  return { frames, turns }
}

/** In the page: from the thumb let go at the row to its text. */
async function jumpMs(row: number): Promise<number> {
  const grid = document.querySelector('[role="grid"]')
  if (grid === null) throw new Error('There is no grid.')
  const start = performance.now()
  grid.scrollTop = ((grid.scrollHeight - grid.clientHeight) * row) / 1_000_000
  for (;;) {
    await new Promise(requestAnimationFrame)
    const box = grid.getBoundingClientRect()
    const cell = document.elementFromPoint(box.left + 120, box.top + box.height / 2)?.closest<HTMLElement>('[role="gridcell"]')
    const shown = Number(cell?.closest<HTMLElement>('[data-row]')?.dataset.row ?? 0)
    if (Math.abs(shown - row) < 2_000 && (cell?.textContent ?? '') !== '') return performance.now() - start
  }
}

function p95(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length * 0.95)] ?? 0
}

async function heapOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1_048_576
  }
}

/** The id of the result. */
async function runAll(client: ContractClient, dataSourceId: string, tabId: string): Promise<string> {
  const events = await read(client, { runId: randomUUID(), dataSourceId, tabId, sql: SQL, rowLimit: 100_000_000 })
  const last = events.findLast((event) => event.type === 'rows')
  if (last?.rowCount !== ROWS) throw new Error(`${last?.rowCount} rows came.`)
  return last.resultId
}

async function read(
  client: ContractClient,
  input: { runId: string; dataSourceId: string; tabId: string; sql: string; rowLimit: number },
): Promise<QueryEvent[]> {
  const events: QueryEvent[] = []
  for await (const event of await client.query.run({ ...input, readOnly: true, keepInHistory: false, session: rowSession }))
    events.push(event)
  return events
}

async function addSource(client: ContractClient, sslmode: 'disable' | 'require', connectionString: string): Promise<string> {
  const input = { name: sslmode, connectionString, sslmode, plaintextConsent: false, savePassword: false, environment: 'none' } as const
  return (await client.dataSources.create(input)).id
}

async function psql(sslmode: string, args: readonly string[]): Promise<void> {
  const place = `host=localhost port=${server.endpoint.port} dbname=postgres user=reader sslmode=${sslmode}`
  const child = spawn('psql', [...args, place], { env: { ...process.env, PGPASSWORD: 'right' }, stdio: 'ignore' })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`psql ended with ${code}.`)
}

/** Of the program that serves the page. */
function residentMb(): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${app.process.pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) / 1_024
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
