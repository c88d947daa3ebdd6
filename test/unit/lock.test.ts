import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, ring } from '#hosts/common/doorbell.ts'
import { takeInstanceLock } from '#hosts/common/instance-lock.ts'

const holder = fileURLToPath(new URL('../support/lock-holder.ts', import.meta.url))
const link = (): Answer => ({ shown: 'link', link: 'http://127.0.0.1:1/#k=own' })

let folder: string
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-lock-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  rmSync(folder, { recursive: true, force: true })
})

test('a second start does not get the lock, and is handed a link by the first', async () => {
  const first = await startHolder()
  const rung = first.line()
  const outcome = await takeInstanceLock(folder, 'desktop', link)
  expect(outcome).toMatchObject({
    held: false,
    holder: { pid: first.child.pid, host: 'web' },
    answer: { shown: 'link', link: 'http://127.0.0.1:1/#k=fresh' },
  })
  expect(await rung).toBe('rung')
})

test('the lock of a process that was killed is free at once, whatever it left behind', async () => {
  const first = await startHolder()
  await kill(first.child)
  expect(existsSync(join(folder, 'window.json'))).toBe(true)
  const outcome = await takeInstanceLock(folder, 'web', link)
  expect(outcome.held).toBe(true)
  if (outcome.held) outcome.lock.dispose()
  expect(existsSync(join(folder, 'window.json'))).toBe(false)
})

test('a lock that was given back can be taken again', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const outcome = await takeInstanceLock(folder, 'web', link)
    expect(outcome.held).toBe(true)
    if (outcome.held) outcome.lock.dispose()
  }
})

test('of many starts at once, one gets it and all others are answered', async () => {
  const starts = await Promise.all(Array.from({ length: 5 }, () => startHolder()))
  expect(starts.filter(({ first }) => first === 'held')).toHaveLength(1)
  expect(starts.filter(({ first }) => first.includes('#k=fresh'))).toHaveLength(4)
})

test.skipIf(process.platform === 'win32')('what the second start reads is for this person only', async () => {
  writeFileSync(join(folder, 'window.json.new'), 'half a note', { mode: 0o644 })
  await startHolder()
  expect(existsSync(join(folder, 'window.json.new'))).toBe(false)
  // What a start that was killed left of its note is in nobody's way, whatever its mode.
  for (const name of ['window.json', 'window.lock']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

test('the doorbell answers nobody who does not know its secret', async () => {
  await startHolder()
  const { doorbell } = JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8')) as { doorbell: { port: number; secret: string } }
  expect(await ring({ ...doorbell, secret: `${doorbell.secret.slice(0, -1)}?` })).toBeNull()
  expect(await ring({ ...doorbell, secret: '' })).toBeNull()
  expect(await said(doorbell.port, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')).toBe('')
  expect(await said(doorbell.port, 'x'.repeat(100_000))).toBe('')
  expect(await ring(doorbell)).toMatchObject({ shown: 'link' })
})

interface Start {
  readonly child: ChildProcess
  readonly first: string
  /** The next line it says. */
  line(): Promise<string>
}

async function startHolder(): Promise<Start> {
  const child = spawn(process.execPath, [holder, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const line = (): Promise<string> =>
    new Promise((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())))
  return { child, first: await line(), line }
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('close', () => resolve())
    child.kill('SIGKILL')
  })
}

function said(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(answer))
  })
}
