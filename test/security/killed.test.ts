import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run } from '#shared/model/run.ts'
import { CLUSTER_VARIABLE, startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { recordFigure } from '#test/support/figures.ts'
import { openWebClient, type WebClient } from '#test/support/web-client.ts'
import { buildWebProgram, linkPattern, type WebProcess, type WebProgram } from '#test/support/web-process.ts'

/** The app is killed in the middle of a validation: nothing is lost, nothing is left on the server. And the command line beside the window. */

let program: WebProgram
let cluster: TestCluster
let database: TestDatabase
let folder: string
let passwordFile: string
let web: WebProcess
let page: WebClient
const assets = new Map<string, string>()

beforeAll(async () => {
  ;[program, cluster] = await Promise.all([buildWebProgram({ withCommandLine: true }), startTestCluster()])
  process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
  database = await createDatabase({
    sql: `CREATE TABLE sound (id integer PRIMARY KEY); INSERT INTO sound VALUES (1);
      CREATE TABLE faulty (id integer PRIMARY KEY, email text); INSERT INTO faulty VALUES (1, NULL);
      CREATE TABLE slow (id integer PRIMARY KEY); INSERT INTO slow VALUES (1);
      CREATE TABLE windows (id integer PRIMARY KEY); INSERT INTO windows VALUES (1)`,
  })
  folder = mkdtempSync(join(tmpdir(), 'plumbline-killed-'))
  passwordFile = join(folder, 'typed-password')
  writeFileSync(passwordFile, `${database.password}\n`, { mode: 0o600 })
  web = program.start(folder)
  page = await openWebClient(web)
  const source = await page.client.dataSources.create({
    name: 'Shop',
    connectionString: database.connectionString,
    sslmode: null,
    plaintextConsent: false,
    savePassword: false,
    environment: 'production',
  })
  const { added } = await page.client.assets.add({
    taskId: crypto.randomUUID(),
    dataSourceId: source.id,
    relations: ['sound', 'faulty', 'slow', 'windows'].map((name) => ({ schema: 'public', name })),
    generate: ['column-changes'],
  })
  for (const { name, assetId } of added) assets.set(name, assetId ?? '')
  await expectation('faulty', 'expect_column_values_to_not_be_null', { column: 'email' })
  await expectation('slow', 'unexpected_rows_expectation', { unexpected_rows_query: 'SELECT b.* FROM {batch} AS b, pg_sleep(900)' })
})
afterAll(async () => {
  page?.leave()
  web?.child.kill('SIGKILL')
  await web?.ended
  await cluster?.dispose()
  program?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function idOf(name: string): string {
  return assets.get(name) ?? ''
}

async function expectation(asset: string, type: string, kwargs: Record<string, string>): Promise<void> {
  await page.client.expectations.create({
    assetId: idOf(asset),
    input: { type, kwargs, severity: 'critical', description: null, notes: null },
  })
}

async function ended(id: string): Promise<Run> {
  for await (const _ of await page.client.app.changes({})) {
    const run = await page.client.validations.get({ id })
    if (!['queued', 'running'].includes(run.summary.state)) return run
  }
  throw new Error('The host ended first.')
}

/** Everything of ours on the server, with what it does. */
function backends(): Promise<readonly Record<string, unknown>[]> {
  return database.run("SELECT application_name, state, query FROM pg_stat_activity WHERE application_name LIKE 'plumbline/%'")
}

/** Everything that a person has made, as the page is given it; without what each start tells anew. */
async function everything(): Promise<unknown> {
  const { client } = page
  const sources = await client.dataSources.list({})
  const taken = await client.assets.list({})
  const expectations = await Promise.all(taken.map(({ id }) => client.expectations.list({ assetId: id })))
  const runs = await client.validations.list({ assetId: null, limit: 100 })
  const whole = await Promise.all(runs.filter(({ assetName }) => assetName !== 'slow').map(({ id }) => client.validations.get({ id })))
  return {
    sources: sources.map(({ passwordState: _state, ...source }) => source),
    assets: taken.map(({ id, name, expectationCount }) => ({ id, name, expectationCount })),
    expectations,
    whole,
    drafts: await client.query.drafts.list({}),
    macros: await client.query.macros.list({}),
    statements: await client.query.history.list({ dataSourceId: sources[0]?.id ?? '', search: '', limit: 10 }),
  }
}

function plumbline(
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program.commandLine, ...given], {
    env: { PATH: process.env.PATH, HOME: folder, PLUMBLINE_DATA: folder, PLUMBLINE_PASSWORD_FILE: passwordFile, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, out, err })))
}

test.each([
  ['sound', 0, 'passed'],
  ['faulty', 1, 'failed'],
])('the command line validates %s while the window is open, exits %i, and the window shows the run', async (name, status, verdict) => {
  const ran = await plumbline(['validate', name, '--json'])
  expect(ran.status).toBe(status)
  const run = JSON.parse(ran.out) as Run
  expect(run.summary).toMatchObject({ state: 'done', verdict, host: 'cli', assetName: name })
  const [shown] = await page.client.validations.list({ assetId: idOf(name), limit: 10 })
  expect(shown).toEqual(run.summary)
  expect((await page.client.assets.list({})).find((asset) => asset.name === name)?.lastRun).toMatchObject({ verdict })
})

test('R24 the window and two command lines write into one data folder at once: each ends its work, none is told that it is busy, and every run is kept', {
  timeout: 300_000,
}, async () => {
  const { client } = page
  const count = async () => (await client.validations.list({ assetId: null, limit: 1_000 })).length
  const before = await count()
  const inTurn = async (name: string) => {
    const ran: Awaited<ReturnType<typeof plumbline>>[] = []
    for (let turn = 0; turn < 3; turn += 1) ran.push(await plumbline(['validate', name, '--json']))
    return ran
  }
  let others = true
  const lines = Promise.all([inTurn('sound'), inTurn('faulty')]).finally(() => {
    others = false
  })
  // Writes of its own, one after another, for as long as the others go on.
  const writing = (async () => {
    let written = 0
    for (; others || written === 0; written += 1) {
      await client.query.drafts.save({ tabId: crypto.randomUUID(), dataSourceId: null, title: `Draft ${written}`, sql: 'SELECT 1' })
      // An asset of its own: one that is being validated is not begun a second time, by whichever program.
      const { id } = await client.validations.start({ assetId: idOf('windows') })
      expect((await ended(id)).summary).toMatchObject({ state: 'done', verdict: 'passed', host: 'web' })
    }
    return written
  })()
  // A second window is not a second writer: it brings up the first, and ends.
  const second = program.start(folder)
  expect(await second.ended).toBe(0)
  expect(linkPattern.exec(second.output())?.[1]).toBe(linkPattern.exec(web.output())?.[1])
  const [[sound, faulty], written] = await Promise.all([lines, writing])
  expect(sound.map(({ status, err }) => [status, err])).toEqual(Array(3).fill([0, '']))
  expect(faulty.map(({ status, err }) => [status, err])).toEqual(Array(3).fill([1, '']))
  expect(await count()).toBe(before + 6 + written)
  expect((await client.query.drafts.list({})).filter(({ title }) => title.startsWith('Draft ')).length).toBeGreaterThanOrEqual(written)
})

test('a window that is open hears of a run of the command line without asking', async () => {
  const topics = new Set<string>()
  const changes = await page.client.app.changes({})
  const hearing = (async () => {
    for await (const change of changes) {
      for (const topic of change.topics) topics.add(topic)
      if (topics.has('runs')) return
    }
  })()
  expect((await plumbline(['validate', 'sound', '--json'])).status).toBe(0)
  await hearing
})

test.each([
  ['no such asset', ['validate', 'nothing', '--json'], {}],
  ['a wrong password', ['validate', 'sound', '--json'], { password: 'wrong' }],
  ['no password', ['validate', 'sound', '--json'], { password: null }],
])('the command line exits 2 when it could not run: %s', async (_why, given, { password }: { password?: string | null }) => {
  const wrong = join(folder, 'wrong-password')
  writeFileSync(wrong, password ?? '', { mode: 0o600 })
  const environment = password === undefined ? {} : { PLUMBLINE_PASSWORD_FILE: password === null ? '' : wrong }
  expect((await plumbline(given, environment)).status).toBe(2)
})

test('killed in the middle of a validation: the run is interrupted, all else is there, and the server is left alone', async () => {
  const done = await page.client.validations.start({ assetId: idOf('faulty') })
  expect((await ended(done.id)).summary).toMatchObject({ state: 'done', verdict: 'failed', host: 'web' })
  const [{ id: dataSourceId } = { id: '' }] = await page.client.dataSources.list({})
  await page.client.query.macros.save({
    id: crypto.randomUUID(),
    name: 'Count',
    sql: 'SELECT count(*) FROM $SELECTION$',
    shortcut: 'Ctrl+1',
  })
  await page.client.query.drafts.save({ tabId: crypto.randomUUID(), dataSourceId, title: 'Query 1', sql: 'SELECT what I was about to' })
  const before = await everything()

  const cut = await page.client.validations.start({ assetId: idOf('slow') })
  const sleeping = async () => (await backends()).filter(({ query, state }) => state === 'active' && String(query).includes('pg_sleep'))
  await expect.poll(sleeping).toHaveLength(1)
  expect((await sleeping())[0]).toMatchObject({ application_name: `plumbline/${cut.id}` })
  web.child.kill('SIGKILL')
  await web.ended

  web = program.start(folder)
  page = await openWebClient(web)
  const run = await page.client.validations.get({ id: cut.id })
  expect(run.summary).toMatchObject({ state: 'interrupted', verdict: null, sentence: expect.stringContaining('Validate again') })
  expect(run.results).toEqual([])
  expect(await everything()).toEqual(before)
  // The password was for the session only, so nobody can ask the server to end it: the server itself finds that we are gone.
  await expect
    .poll(
      async () => {
        const left = await backends()
        recordFigure('killedBackends', left.length)
        return left
      },
      { timeout: 60_000, interval: 500 },
    )
    .toEqual([])

  // And it can be done again.
  const [source] = await page.client.dataSources.list({})
  expect(source?.passwordState).toBe('missing')
  await expect(page.client.validations.start({ assetId: idOf('faulty') })).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' })
  expect(await page.client.dataSources.enterPassword({ id: source?.id ?? '', password: database.password, save: false })).toMatchObject({
    ok: true,
  })
  const again = await page.client.validations.start({ assetId: idOf('faulty') })
  expect((await ended(again.id)).summary).toMatchObject({ state: 'done', verdict: 'failed' })
})

test('asked to stop in the middle of a validation: the server is left alone at once, and the run is cancelled', async () => {
  const cut = await page.client.validations.start({ assetId: idOf('slow') })
  await expect.poll(async () => (await backends()).some(({ query }) => String(query).includes('pg_sleep'))).toBe(true)
  web.child.kill('SIGTERM')
  expect(await web.ended).toBe(0)
  // A backend stays in the list for as long as it takes it to end.
  await expect.poll(backends).toEqual([])
  web = program.start(folder)
  page = await openWebClient(web)
  expect((await page.client.validations.get({ id: cut.id })).summary).toMatchObject({ state: 'cancelled', verdict: null })
})
