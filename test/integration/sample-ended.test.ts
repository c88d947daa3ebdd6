import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isAlive, ownProcess } from '#services/processes/processes.ts'
import { EmbeddedCluster } from '#services/sample/embedded-cluster.ts'
import { modulesFolder } from '#test/support/cluster.ts'
import { openWebClient } from '#test/support/web-client.ts'
import { buildWebProgram, type WebProgram } from '#test/support/web-process.ts'

/** The sample's server does not outlive its app, and what a killed app left behind is removed even when its data folder is gone. */

interface ClusterNote {
  readonly serverFolder: string
  readonly server: { readonly pid: number; readonly mark: string } | null
}

function recordIn(cluster: string): ClusterNote | null {
  const file = join(cluster, 'cluster.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClusterNote) : null
}

function processesOf(serverFolder: string): string[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(serverFolder))
}

describe.skipIf(process.platform === 'win32')('a web host that is asked to stop while its sample starts', () => {
  let program: WebProgram
  beforeAll(async () => {
    program = await buildWebProgram()
  })
  afterAll(() => program.dispose())

  interface Seen {
    readonly record: ClusterNote | null
    readonly details: ReadonlySet<string | null>
  }
  const inData = (record: ClusterNote | null, name: string) => record !== null && existsSync(join(record.serverFolder, 'data', name))

  test.each<[string, (seen: Seen) => boolean]>([
    ['its folder is made', ({ record }) => record !== null],
    ['it is being initialised', ({ record }) => inData(record, 'PG_VERSION')],
    ['its process is launched', ({ record }) => record?.server != null],
    ['it is about to take connections', ({ record }) => record?.server != null && inData(record, 'postmaster.pid')],
    // A window is told of the newest step only, so that a short one may pass unseen.
    ['its first tables are loaded', ({ details }) => details.has('Customers') || details.has('Orders') || details.has('Order lines')],
    ['its largest table is loaded', ({ details }) => details.has('Order lines')],
    ['it is there', ({ details }) => details.has('Ready')],
  ])('when %s, leaves no server behind', async (_moment, isSo) => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-ended-'))
    const cluster = join(folder, 'sample', 'cluster')
    const web = program.start(folder)
    try {
      const { client } = await openWebClient(web)
      const details = new Set<string | null>()
      const problems: unknown[] = []
      const watching = client.tasks.watch({}).then(async (tasks) => {
        for await (const list of tasks) for (const task of list) details.add(task.detail)
      })
      watching.catch(() => {}) // it ends with the host
      const over = client.sample.start({ taskId: randomUUID() }).then(
        () => sleep(1_000, true),
        (error: unknown) => problems.push(error) > 0,
      )
      const isNow = () => isSo({ record: recordIn(cluster), details })
      while (!isNow() && !(await Promise.race([over, sleep(2, false)]))) {
        // a moment that passes unseen ends the loop with the start
      }
      expect(problems).toEqual([])
      expect(isNow()).toBe(true)
      web.child.kill('SIGTERM')
      expect(await web.ended).toBe(0)
      expect(processesOf(recordIn(cluster)?.serverFolder ?? folder)).toEqual([])
    } finally {
      web.child.kill('SIGKILL')
      await web.ended
      await new EmbeddedCluster({ modulesFolder, folder: cluster, durable: false }).remove()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe.skipIf(process.platform === 'win32')('an app that ends without closing anything', () => {
  let parent: string
  beforeEach(async () => {
    parent = mkdtempSync(join(tmpdir(), 'plumbline-ended-'))
    await chmod(parent, 0o755)
  })
  afterEach(async () => {
    await clusterIn('app').remove()
    rmSync(parent, { recursive: true, force: true })
  })

  const clusterIn = (name: string) => new EmbeddedCluster({ modulesFolder, folder: join(parent, name), durable: false, rootParent: parent })

  async function startApp() {
    const program = fileURLToPath(new URL('../support/sample-program.ts', import.meta.url))
    const child = spawn(process.execPath, [program, modulesFolder, join(parent, 'app'), parent], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve())
      child.once('exit', () => reject(new Error('The program ended.')))
    })
    const record = recordIn(join(parent, 'app'))
    const kill = async (signal: NodeJS.Signals) => {
      child.kill(signal)
      await ended
    }
    return { kill, serverFolder: record?.serverFolder ?? '', pid: record?.server?.pid ?? 0, server: record?.server ?? null }
  }

  test.each([
    ['asked to stop a second time', 'SIGTERM'],
    ['by an error that nobody caught', 'SIGUSR2'],
  ] as const)('%s, takes its server with it', async (_how, signal) => {
    const app = await startApp()
    expect(isAlive(app.pid)).toBe(true)
    await app.kill(signal)
    await expect.poll(() => processesOf(app.serverFolder)).toEqual([])
  })

  describe.skipIf(process.getuid?.() !== 0)('by SIGKILL, as root, where the server has a folder elsewhere', () => {
    test('and whose data folder was deleted: the next start of any app ends the server and removes its folder', async () => {
      const app = await startApp()
      await app.kill('SIGKILL')
      rmSync(join(parent, 'app'), { recursive: true })
      expect(isAlive(app.pid)).toBe(true)
      expect(await clusterIn('another').removeOrphans()).toEqual([app.serverFolder])
      expect(processesOf(app.serverFolder)).toEqual([])
      expect(await readdir(parent)).toEqual([])
    })

    test('and whose data folder has another sample by now', async () => {
      const app = await startApp()
      await app.kill('SIGKILL')
      rmSync(join(parent, 'app'), { recursive: true })
      await clusterIn('app').start()
      expect(await clusterIn('another').removeOrphans()).toEqual([app.serverFolder])
      expect(isAlive(recordIn(join(parent, 'app'))?.server?.pid ?? 0)).toBe(true)
    })

    test('and whose data folder is still there: it is left for its own next start', async () => {
      const app = await startApp()
      await app.kill('SIGKILL')
      expect(await clusterIn('another').removeOrphans()).toEqual([])
      expect(isAlive(app.pid)).toBe(true)
    })

    test('an app that runs keeps its server, even when its data folder is deleted under it', async () => {
      const app = await startApp()
      rmSync(join(parent, 'app'), { recursive: true })
      expect(await clusterIn('another').removeOrphans()).toEqual([])
      expect(isAlive(app.pid)).toBe(true)
      await app.kill('SIGKILL')
      expect(await clusterIn('another').removeOrphans()).toEqual([app.serverFolder])
    })

    test('a process that was given the number of the server since is left alone', async () => {
      const app = await startApp()
      await app.kill('SIGKILL')
      const stranger = spawn('sleep', ['600'])
      try {
        const note = join(app.serverFolder, 'belongs-to.json')
        const known = JSON.parse(readFileSync(note, 'utf8')) as object
        const [lock, pid] = [join(app.serverFolder, 'data', 'postmaster.pid'), String(stranger.pid)]
        process.kill(app.pid, 'SIGKILL')
        await expect.poll(() => processesOf(app.serverFolder)).toEqual([])
        await writeFile(note, JSON.stringify({ ...known, server: { pid: stranger.pid, mark: app.server?.mark } }))
        await writeFile(lock, readFileSync(lock, 'utf8').replace(String(app.pid), pid))
        rmSync(join(parent, 'app'), { recursive: true })
        expect(await clusterIn('another').removeOrphans()).toEqual([app.serverFolder])
        expect(isAlive(stranger.pid ?? 0)).toBe(true)
      } finally {
        stranger.kill('SIGKILL')
      }
    })

    test('folders without a note, with an unreadable one, or of somebody else are left alone', async () => {
      const gone = { folder: join(parent, 'gone'), server: null, owner: null }
      const notes: readonly (readonly [string, string | null, number])[] = [
        ['plumbline-postgres-none', null, 0],
        ['plumbline-postgres-odd', '{', 0],
        ['plumbline-postgres-else', JSON.stringify(gone), 65_534],
        ['plumbline-postgres-busy', JSON.stringify({ ...gone, owner: await ownProcess() }), 0],
        ['other-postgres', JSON.stringify(gone), 0],
        ['plumbline-postgres-over', JSON.stringify(gone), 0],
      ]
      for (const [name, note, owner] of notes) {
        await mkdir(join(parent, name))
        if (note !== null) await writeFile(join(parent, name, 'belongs-to.json'), note)
        execFileSync('chown', [String(owner), join(parent, name)])
      }
      expect(await clusterIn('another').removeOrphans()).toEqual([join(parent, 'plumbline-postgres-over')])
    })
  })
})
