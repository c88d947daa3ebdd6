import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { which } from '#launch/paths.mjs'
import { recordFigure } from '#test/support/figures.ts'
import { ask, post, type TestHost, trySocket } from '#test/support/host.ts'
import { buildWebProgram, linkPattern, type WebProcess, type WebProgram } from '#test/support/web-process.ts'

let program: WebProgram
let folder: string
const running: WebProcess[] = []

beforeAll(async () => {
  program = await buildWebProgram()
})
afterAll(() => program?.dispose())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-data-'))
})
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
})

function start(given: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): WebProcess {
  const process = program.start(folder, { given, environment })
  running.push(process)
  return process
}

type Reached = Pick<TestHost, 'port' | 'origin'>

/** What the helpers for requests need, of a host in another process. */
function reached(port: string | undefined): TestHost {
  const host: Reached = { port: Number(port), origin: `http://127.0.0.1:${port}` }
  return host as TestHost
}

async function tokenOf(host: TestHost, key: string | undefined): Promise<string> {
  return (JSON.parse((await post(host, '/exchange', { key: key ?? '' })).body) as { token: string }).token
}

describe('the web host as a program', () => {
  test('prints one link, whose key is in the fragment and opens it', async () => {
    const web = start()
    const [, port, key] = await web.said(linkPattern)
    await web.said(/Press Enter/)
    expect(web.output().match(new RegExp(linkPattern, 'g'))).toHaveLength(1)
    const host = reached(port)
    expect((await ask(host)).status).toBe(200)
    const token = await tokenOf(host, key)
    expect((await post(host, '/ticket', {}, token)).status).toBe(200)
  })

  test('Enter in its terminal prints a fresh link', async () => {
    const web = start()
    const [, , first] = await web.said(linkPattern)
    web.child.stdin?.write('\n')
    const [, link] = await web.said(/A fresh link: (\S+)/)
    const [, port, key] = linkPattern.exec(link ?? '') ?? []
    expect(key).not.toBe(first)
    expect(await tokenOf(reached(port), key)).toMatch(/^[\w-]{43}$/)
  })

  test('a second start is handed a fresh link of the first, and ends', async () => {
    const web = start()
    const [, port] = await web.said(linkPattern)
    const second = start()
    expect(await second.ended).toBe(0)
    const [, secondPort, key] = linkPattern.exec(second.output()) ?? []
    expect(secondPort).toBe(port)
    expect(await tokenOf(reached(port), key)).toMatch(/^[\w-]{43}$/)
    await web.said(/started again/)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it in order, with sockets open', async (signal) => {
    const web = start()
    const [, port, key] = await web.said(linkPattern)
    const host = reached(port)
    const { ticket } = JSON.parse((await post(host, '/ticket', {}, await tokenOf(host, key))).body) as { ticket: string }
    const { socket } = await trySocket(host, { ticket })
    const closed = new Promise((resolve) => socket?.once('close', resolve))
    web.child.kill(signal)
    expect(await web.ended).toBe(0)
    await closed
    expect(readdirSync(folder)).not.toContain('window.json')
    // The write-ahead log is gone: the file was closed and not only left.
    expect(readdirSync(folder).filter((name) => name.endsWith('-wal'))).toEqual([])
  })

  test('W16 after SIGKILL the next start knows nothing of the old token', async () => {
    const web = start()
    const [, port, key] = await web.said(linkPattern)
    const old = await tokenOf(reached(port), key)
    web.child.kill('SIGKILL')
    await web.ended
    const next = start(['--port', port ?? ''])
    const [, nextPort, nextKey] = await next.said(linkPattern)
    expect(nextPort).toBe(port)
    const host = reached(nextPort)
    expect((await post(host, '/ticket', {}, old)).status).toBe(401)
    expect((await post(host, '/ticket', {}, await tokenOf(host, nextKey))).status).toBe(200)
  })

  test('W11 it listens on the loopback addresses only, with all its ports', async () => {
    const web = start()
    await web.said(linkPattern)
    const lines = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(`pid=${web.child.pid},`))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line.trim().split(/\s+/)[3]).toMatch(/^(127\.0\.0\.1|\[::1\]):\d+$/)
  })

  test('W08 no secret is in its arguments, its environment, or any file of others; what holds one is for the owner only', async () => {
    const web = start()
    const [, port, key = ''] = await web.said(linkPattern)
    const token = await tokenOf(reached(port), key)
    const seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${web.child.pid}/${name}`, 'utf8')).join()
    for (const secret of [key, token]) expect(seen).not.toContain(secret)
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      expect([entry.name, statSync(path).mode & 0o077]).toEqual([entry.name, 0])
      if (!entry.isFile() || entry.name === 'window.lock') continue
      const bytes = readFileSync(path)
      for (const secret of [key, token]) expect([entry.name, bytes.includes(secret)]).toEqual([entry.name, false])
    }
  })

  test('W13 bodies of 10 MiB, JSON a million deep and 2,000 slow senders are kept in bounds, and go away by themselves', async () => {
    const web = start()
    const [, port, key] = await web.said(linkPattern)
    const host = reached(port)
    const token = await tokenOf(host, key)
    const post13 = (body: string) =>
      ask(host, { method: 'POST', path: '/exchange', headers: [['Origin', host.origin]], body }).then(
        ({ status }) => status,
        // It answers and reads no further; whether the answer is seen depends on who is quicker.
        () => 413,
      )
    expect(await post13('x'.repeat(10 * 1_048_576))).toBe(413)
    expect(await post13('['.repeat(1_000_000))).toBe(401)
    expect(await post13('['.repeat(500_000) + ']'.repeat(500_000))).toBe(401)
    const { ticket } = JSON.parse((await post(host, '/ticket', {}, token)).body) as { ticket: string }
    const { socket } = await trySocket(host, { ticket })
    const closed = new Promise((resolve) => socket?.once('close', resolve))
    socket?.send('['.repeat(1_000_000) + ']'.repeat(1_000_000))
    await closed

    const before = residentMb(web)
    const slow: Socket[] = []
    let open = 0
    const head = `POST /exchange HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${host.origin}\r\nContent-Length: 1000000\r\n`
    await Promise.all(
      Array.from({ length: 2_000 }, async (_, index) => {
        const sender = connect(Number(port), '127.0.0.1')
        slow.push(sender)
        sender.on('error', () => {})
        await new Promise((resolve) => sender.once('connect', resolve).once('close', resolve))
        open += 1
        sender.once('close', () => {
          open -= 1
        })
        // Half of them stop in the middle of the head, half in the middle of the body.
        sender.write(index % 2 === 0 ? head : `${head}\r\n{"key":`)
      }),
    )
    await expect.poll(() => open).toBeLessThanOrEqual(64)
    const heldMb = Math.max(0, residentMb(web) - before)
    recordFigure('webSocketsHeldMb', heldMb)
    expect(heldMb).toBeLessThan(64)
    await expect.poll(() => open).toBe(0)
    expect((await ask(host)).status).toBe(200)
    expect((await post(host, '/ticket', {}, token)).status).toBe(200)
  })

  // Only root may become another user.
  const canBeNobody = process.getuid?.() === 0 && process.platform === 'linux' && which('curl') !== null
  if (!canBeNobody) process.stdout.write('SKIP W17: only root can become another user, who then needs curl.\n')
  test.skipIf(!canBeNobody)(
    'W17 a program of another user is refused whatever it brings, and learns not even what refuses it',
    async () => {
      const web = start()
      const [, port, key] = await web.said(linkPattern)
      const host = reached(port)
      const token = await tokenOf(host, key)
      for (const [path, given] of [
        ['/', []],
        ['/ticket', ['-X', 'POST', '-H', `Origin: ${host.origin}`, '-H', `Authorization: Bearer ${token}`, '-d', '{}']],
      ] as const) {
        const answer = await asNobody(['-si', ...given, `${host.origin}${path}`])
        expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r$/m)
        expect(answer).not.toMatch(/plumbline|server:|powered/i)
        expect(answer).toMatch(/\r\n\r\n\{\}$/)
      }
      const upgrade = [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ]
      const { ticket } = JSON.parse((await post(host, '/ticket', {}, token)).body) as { ticket: string }
      const headers = [...upgrade, `Origin: ${host.origin}`, `Sec-WebSocket-Protocol: plumbline.v1, ticket.${ticket}`]
      expect(await asNobody(['-si', '--http1.1', ...headers.flatMap((header) => ['-H', header]), `${host.origin}/rpc`])).toMatch(
        /^HTTP\/1\.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/,
      )
      await web.said(/A program of another user of this computer \(id 65534\) asked/)
      expect((await post(host, '/ticket', {}, token)).status).toBe(200)

      const open = start(['--any-user'], { PLUMBLINE_DATA: join(folder, 'other') })
      const [, otherPort] = await open.said(linkPattern)
      expect(await asNobody(['-si', `http://127.0.0.1:${otherPort}/`])).toMatch(/^HTTP\/1\.1 200 /)
    },
  )

  test.each([
    [['--port', 'x'], 'is no port'],
    [['--port', '99999'], 'is no port'],
    [['--host', '0.0.0.0'], '--host'],
  ])('%j is refused with a sentence', async (given, sentence) => {
    const web = start(given)
    expect(await web.ended).toBe(1)
    expect(web.output()).toContain(sentence)
    expect(web.output()).not.toMatch(/^\s+at /m)
  })
})

function residentMb(web: WebProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${web.child.pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1_024)
}

/** What curl says when a user runs it who has nothing to do with whoever runs the host. */
function asNobody(given: readonly string[]): Promise<string> {
  const child = spawn('curl', [...given], { uid: 65_534, gid: 65_534, stdio: ['ignore', 'pipe', 'inherit'] })
  return text(child.stdout)
}
