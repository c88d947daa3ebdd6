import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { createServer, connect as dial, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Store } from '#services/store/store.ts'
import { RunRecords } from '#services/validation/records.ts'
import { interruptOrphans } from '#services/validation/recovery.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { recordFigure } from '#test/support/figures.ts'
import { startApplication } from './assets-support.ts'

/** R02: the program is killed at points spread over everything that it says to the server in one validation. */

const POINTS = process.env.PLUMBLINE_NIGHTLY === '1' ? 20 : 5
const program = fileURLToPath(new URL('../support/validation-program.ts', import.meta.url))

let database: TestDatabase
let between: Server
let folder: string
let assetId: string
let dataSourceId: string
/** What the one that runs has sent so far, in pieces; at `killAt` it is killed. */
let sent = 0
let killAt = Number.POSITIVE_INFINITY
let child: ChildProcess | null = null

beforeAll(async () => {
  database = await createDatabase({
    sql: 'CREATE TABLE people (id integer PRIMARY KEY, email text); INSERT INTO people SELECT n, NULL FROM generate_series(1, 100) n',
  })
  const target = new URL(database.connectionString.replace(/^\w+/, 'http'))
  between = createServer((ours) => {
    const theirs = dial(Number(target.port), target.hostname)
    ours.on('data', (piece) => {
      sent += 1
      // Every other time the server has heard it already.
      if (sent === killAt && killAt % 2 === 0) child?.kill('SIGKILL')
      theirs.write(piece)
      if (sent === killAt && killAt % 2 === 1) child?.kill('SIGKILL')
    })
    theirs.pipe(ours)
    for (const [one, other] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  const address = between.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  folder = mkdtempSync(join(tmpdir(), 'plumbline-run-killed-'))
  const app = await startApplication(folder)
  dataSourceId = await app.connect(database.connectionString.replace(`:${target.port}/`, `:${port}/`))
  ;[assetId = ''] = await app.add(dataSourceId, ['people'], true)
  await app.client.expectations.create({
    assetId,
    input: {
      type: 'expect_column_values_to_not_be_null',
      kwargs: { column: 'email' },
      severity: 'critical',
      description: null,
      notes: null,
    },
  })
  // Its data stays for the programs that follow.
  await app.application.dispose()
})
afterAll(async () => {
  child?.kill('SIGKILL')
  between?.close()
  await database?.dispose()
})

async function validate(at: number): Promise<void> {
  ;[sent, killAt] = [0, at]
  const started = spawn(process.execPath, [program, folder, assetId, dataSourceId, database.password], { stdio: 'ignore' })
  child = started
  await new Promise((resolve) => started.once('close', resolve))
}

test(`killed at ${POINTS} points of a validation, the run is interrupted each time, nothing of it is shown, and the server is left alone`, {
  timeout: 900_000,
}, async () => {
  await validate(Number.POSITIVE_INFINITY)
  const whole = sent
  expect(whole).toBeGreaterThan(POINTS)
  const points = Array.from({ length: POINTS }, (_, index) => 1 + Math.floor((whole * index) / POINTS))
  for (const point of points) {
    await validate(point)
    expect(child?.signalCode).toBe('SIGKILL')
  }
  const store = Store.open(folder, { migrate: true })
  const records = new RunRecords(store)
  await interruptOrphans(records, new Date())
  const runs = records.list(assetId, 1_000).map(({ id }) => records.get(id))
  store.dispose()
  const [first, ...cut] = [...runs].reverse()
  expect(first?.summary).toMatchObject({ state: 'done', verdict: 'failed' })
  const violations = cut.filter(({ summary, results }) => summary.state !== 'interrupted' || summary.verdict !== null || results.length > 0)
  recordFigure('killPoints', points.length)
  recordFigure('killViolations', violations.length)
  expect(violations).toEqual([])
  expect(cut.length).toBeGreaterThan(POINTS / 2)
  const left = () =>
    database.run("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'plumbline%' AND datname = current_database()")
  await expect.poll(left).toEqual([])
})
