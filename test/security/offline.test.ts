import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { which } from '#launch/paths.mjs'
import { CLUSTER_VARIABLE, startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { createDatabase } from '#test/support/database.ts'
import { recordFigure } from '#test/support/figures.ts'
import { openWebClient } from '#test/support/web-client.ts'
import { buildWebProgram, linkPattern, type WebProcess, type WebProgram } from '#test/support/web-process.ts'

/** Nothing leaves the computer: the program asks its database, and nobody else for anything. */

let program: WebProgram
let cluster: TestCluster
let folder: string
const running: WebProcess[] = []

beforeAll(async () => {
  ;[program, cluster] = await Promise.all([buildWebProgram(), startTestCluster()])
  process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
  folder = mkdtempSync(join(tmpdir(), 'plumbline-offline-'))
})
afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL')
    await ended
  }
  await cluster?.dispose()
  program?.dispose()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

function start(through: readonly string[]): WebProcess {
  const web = program.start(mkdtempSync(join(folder, 'data-')), { through })
  running.push(web)
  return web
}

const canTrace = process.platform === 'linux' && which('strace') !== null
if (!canTrace) process.stdout.write('SKIP offline: there is no strace here, so nobody looks at what the program asks of the network.\n')

test.skipIf(!canTrace)(
  'from its start over a validation and a query to its end it connects to the database only, and asks for no name',
  async () => {
    const trace = join(folder, 'trace')
    // -D: what was started is the program, and strace is beside it.
    const web = start([
      'strace',
      '-D',
      '-f',
      '-qq',
      '--seccomp-bpf',
      '-e',
      'trace=connect,sendto,sendmsg,sendmmsg',
      '-e',
      'signal=none',
      '-o',
      trace,
    ])
    const { client, leave } = await openWebClient(web)
    const database = await createDatabase({
      sql: "CREATE TABLE people (id int PRIMARY KEY, email text); INSERT INTO people VALUES (1, NULL), (2, 'a@b.c')",
    })
    const input = {
      connectionString: database.connectionString,
      sslmode: 'disable',
      plaintextConsent: false,
      savePassword: true,
      environment: 'none',
    } as const
    const source = await client.dataSources.create({ ...input, name: 'Shop' })
    const relations = [{ schema: 'public', name: 'people' }]
    const { added } = await client.assets.add({
      taskId: crypto.randomUUID(),
      dataSourceId: source.id,
      relations,
      generate: ['column-changes'],
    })
    const { id } = await client.validations.start({ assetId: added[0]?.assetId ?? '' })
    await expect.poll(async () => (await client.validations.get({ id })).summary.verdict).toBe('passed')
    const run = {
      runId: crypto.randomUUID(),
      tabId: crypto.randomUUID(),
      dataSourceId: source.id,
      sql: 'TABLE people',
      readOnly: true,
      rowLimit: 10,
      keepInHistory: true,
    }
    for await (const event of await client.query.run(run)) expect(event.type).not.toBe('failed')
    leave()
    web.child.kill('SIGTERM')
    await web.ended
    await database.dispose()

    const { port } = cluster.endpoint
    const connects = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /connect\(|sendto\(|sendm/.test(line) && /AF_INET6?/.test(line))
    const toDatabase = connects.filter((line) => line.includes(`sin_port=htons(${port})`) && line.includes('inet_addr("127.0.0.1")'))
    const elsewhere = connects.filter((line) => !toDatabase.includes(line))
    recordFigure('offlineConnectionsElsewhere', elsewhere.length)
    expect(toDatabase.length).toBeGreaterThan(0)
    expect(elsewhere).toEqual([])
  },
)

const canCutOff =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  which('unshare') !== null &&
  which('nsenter') !== null &&
  which('curl') !== null
if (!canCutOff) process.stdout.write('SKIP offline: only root can take the network away here.\n')

test.skipIf(!canCutOff)('without a network but the loopback it starts and serves its page', async () => {
  const web = start(['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'])
  const [, port] = await web.said(linkPattern)
  const routes = await output(['nsenter', '--target', String(web.child.pid), '--net', 'ip', 'route'])
  expect(routes.trim()).toBe('')
  const page = await output(['nsenter', '--target', String(web.child.pid), '--net', 'curl', '-si', `http://127.0.0.1:${port}/`])
  expect(page).toMatch(/^HTTP\/1\.1 200 OK/)
  expect(page).toContain('<title>Plumbline</title>')
})

function output([command = '', ...given]: readonly string[]): Promise<string> {
  const child = spawn(command, given, { stdio: ['ignore', 'pipe', 'inherit'] })
  return text(child.stdout)
}
