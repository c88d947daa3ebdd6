import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAlive, type ProcessName, processMark } from '#services/processes/processes.ts'
import type { Kwargs, Severity } from '#shared/model/expectation.ts'
import type { Run } from '#shared/model/run.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

let database: TestDatabase
let app: TestApplication
let source: string
const children: ChildProcess[] = []

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TABLE good (id integer PRIMARY KEY); INSERT INTO good SELECT generate_series(1, 100);
      CREATE TABLE bad (id integer, v text); INSERT INTO bad VALUES (1, NULL), (1, 'x'); CREATE TABLE slow (id integer); CREATE TABLE bare (id integer)`,
  })
  app = await startApplication()
  source = await app.connect(database.connectionString)
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await app.dispose()
  await database.dispose()
})

async function asset(
  name: string,
  ...expectations: readonly (readonly [type: string, kwargs: Kwargs, severity?: Severity])[]
): Promise<string> {
  const [assetId = ''] = await app.add(source, [name])
  for (const [type, kwargs, severity = 'critical'] of expectations) {
    await app.client.expectations.create({ assetId, input: { type, kwargs, severity, description: null, notes: null } })
  }
  return assetId
}

async function ended(id: string): Promise<Run> {
  const over = async () => !['queued', 'running'].includes((await app.client.validations.get({ id })).summary.state)
  await expect.poll(over).toBe(true)
  return await app.client.validations.get({ id })
}

async function run(assetId: string): Promise<Run> {
  return await ended((await app.client.validations.start({ assetId })).id)
}

const slow = ['unexpected_rows_expectation', { unexpected_rows_query: 'SELECT 1 FROM pg_sleep(60)' }] as const

describe('a run', () => {
  test('passes, is stored with its circumstances, and shows on the asset', async () => {
    const assetId = await asset('good', ['expect_column_values_to_be_unique', { column: 'id' }])
    const { summary, results, circumstances } = await run(assetId)
    expect(summary).toMatchObject({
      state: 'done',
      verdict: 'passed',
      statistics: { evaluated: 1, successful: 1, unsuccessful: 0, errored: 0 },
    })
    expect(results[0]).toMatchObject({ outcome: 'passed', counts: { elementCount: 100, unexpectedCount: 0 }, failingRowsSql: null })
    expect(circumstances?.snapshot).toMatch(/^\d+:\d+:/u)
    expect((await app.client.assets.get({ id: assetId })).lastRun).toEqual(summary)
    expect(await app.client.validations.list({ assetId, limit: 10 })).toEqual([summary])
  })

  test('fails by the worst severity of what failed', async () => {
    const assetId = await asset(
      'bad',
      ['expect_column_values_to_not_be_null', { column: 'v' }, 'info'],
      ['expect_column_values_to_be_unique', { column: 'id' }, 'warning'],
      ['expect_column_to_exist', { column: 'id' }, 'critical'],
      ['expect_column_to_exist', { column: 'id', column_index: 1 }, 'info'],
      ['expect_column_mean_to_be_between', { column: 'v' }, 'critical'],
    )
    const { summary } = await run(assetId)
    expect(summary).toMatchObject({
      verdict: 'failed',
      failedSeverity: 'warning',
      statistics: { evaluated: 5, successful: 1, unsuccessful: 3, errored: 1 },
    })
  })

  test('is cancelled on the server, and one asset runs once at a time', async () => {
    const assetId = await asset('slow', ['expect_column_to_exist', { column: 'id' }])
    const before = (await run(assetId)).summary
    const [type, kwargs] = slow
    await app.client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })
    const { id } = await app.client.validations.start({ assetId })
    await expect(app.client.validations.start({ assetId })).rejects.toMatchObject({ code: 'BUSY' })
    await expect.poll(() => backendsOf(id)).toBe(1)
    await app.client.validations.cancel({ id })
    const { summary, results } = await ended(id)
    expect([summary.state, summary.verdict, results]).toEqual(['cancelled', null, []])
    await expect.poll(() => backendsOf(id)).toBe(0)
    // What is known of the data is what the run before found.
    expect(await app.client.assets.get({ id: assetId })).toMatchObject({ lastRun: summary, lastSettledRun: before })
    expect(await app.client.assets.list({})).toContainEqual(await app.client.assets.get({ id: assetId }))
    await app.client.validations.remove({ id })
    await expect(app.client.validations.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('without expectations does not begin: nothing was checked', async () => {
    await expect(app.client.validations.start({ assetId: await asset('bare') })).rejects.toMatchObject({ code: 'INVALID' })
  })

  test('of a server that is gone has failed, with a sentence', async () => {
    const gone = await app.connect(database.connectionString.replace(database.database, 'no_such_database'))
    const other = openStore(app)
    other.prepare('UPDATE data_assets SET data_source_id = ? WHERE relation_name = ?').run(gone, 'good')
    const [{ id = '' } = {}] = (await app.client.assets.list({})).filter(({ relation }) => relation === 'good')
    const { summary } = await run(id)
    expect([summary.state, summary.verdict]).toEqual(['failed', null])
    expect(summary.sentence).toContain('no_such_database')
    other.prepare('UPDATE data_assets SET data_source_id = ? WHERE relation_name = ?').run(source, 'good')
    other.close()
  })
})

async function backendsOf(runId: string): Promise<number> {
  const [row] = await database.run(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'plumbline/${runId}'`)
  return Number(row?.n)
}

function openStore({ dataFolder }: TestApplication): DatabaseConstructor.Database {
  return new DatabaseConstructor(join(dataFolder, 'plumbline.db'))
}

test('after a kill, the next start marks the run as interrupted and ends what is left of it on the server', async () => {
  const runId = randomUUID()
  const [{ id: assetId = '' } = {}] = (await app.client.assets.list({})).filter(({ relation }) => relation === 'good')
  const leftOver = new pg.Client({ connectionString: database.connectionString, application_name: `plumbline/${runId}` })
  leftOver.on('error', () => undefined)
  await leftOver.connect()
  const orphan = leftOver.query('SELECT pg_sleep(60)').catch((error: { code?: string }) => error.code)
  const store = openStore(app)
  const insert = store.prepare(
    `INSERT INTO runs (id, asset_id, state, statistics, host, started_at, owner_pid, owner_start, heartbeat_at)
     VALUES (?, ?, 'running', '{"evaluated":0,"successful":0,"unsuccessful":0,"errored":0}', 'web', ?, ?, ?, ?)`,
  )
  const now = new Date().toISOString()
  const deadPid = spawnSync('true').pid
  insert.run(runId, assetId, now, deadPid, '1', now)
  const ofZombie = randomUUID()
  const zombie = process.platform === 'linux' ? await startZombie() : { pid: deadPid, mark: '1' }
  insert.run(ofZombie, assetId, now, zombie.pid, zombie.mark, now)
  const alive = randomUUID()
  insert.run(alive, assetId, now, process.ppid, await processMark(process.ppid), now)
  store.close()

  const again = await startApplication(app.dataFolder)
  await again.client.dataSources.enterPassword({ id: source, password: database.password, save: false })
  expect((await again.client.validations.get({ id: runId })).summary).toMatchObject({ state: 'interrupted', verdict: null })
  expect((await again.client.validations.get({ id: ofZombie })).summary.state).toBe('interrupted')
  expect((await again.client.validations.get({ id: alive })).summary.state).toBe('running')
  await expect.poll(() => backendsOf(runId)).toBe(0)
  expect(await orphan).toBe('57P01')
  await again.application.dispose()
})

/** A process that has ended and that nobody waits for, as a killed program is in a container without an init: it answers a signal as if it were alive. */
async function startZombie(): Promise<ProcessName> {
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; read go; exec sleep 600'], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(parent)
  const pid = Number(String((await once(parent.stdout, 'data'))[0]))
  const mark = (await processMark(pid)) ?? ''
  expect(mark).not.toBe('')
  // Only then: a shell may wait for its child.
  parent.stdin.end('go\n')
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n')
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /)
  expect(isAlive(pid)).toBe(true)
  return { pid, mark }
}
