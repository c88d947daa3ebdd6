import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { afterDesktopFailed, chooseHost } from '#launch/ladder.mjs'
import { endOf } from '#launch/program-end.mjs'
import { chooseNode } from '#launch/runtime.mjs'
import { addCounts, countTwice, noTests } from '#launch/test-runs.mjs'

const now = Date.parse('2026-01-02T12:00:00Z')
const hour = 60 * 60 * 1000

const ordinary = {
  wanted: 'auto',
  platform: 'linux',
  isRoot: false,
  hasDisplay: true,
  electronPresent: true,
  lastFetchFailedAtMs: null,
  nowMs: now,
} as const

describe('the ladder of npm start', () => {
  test.each([
    ['an ordinary desktop', {}, 'desktop', null],
    ['asked for the browser', { wanted: 'web' }, 'web', null],
    ['root on Linux', { isRoot: true }, 'web', /root/],
    ['root on Linux, even when asked for the window', { isRoot: true, wanted: 'desktop' }, 'web', /root/],
    ['root elsewhere', { isRoot: true, platform: 'darwin' }, 'desktop', null],
    ['no display', { hasDisplay: false }, 'web', /ssh -L/],
    ['no program yet', { electronPresent: false }, 'fetch-then-desktop', /Fetching/],
    ['fetching failed an hour ago', { electronPresent: false, lastFetchFailedAtMs: now - hour }, 'web', /--desktop/],
    ['fetching failed two days ago', { electronPresent: false, lastFetchFailedAtMs: now - 48 * hour }, 'fetch-then-desktop', /Fetching/],
    [
      'failed an hour ago, but asked for',
      { electronPresent: false, lastFetchFailedAtMs: now - hour, wanted: 'desktop' },
      'fetch-then-desktop',
      /Fetching/,
    ],
  ] as const)('%s', (_name, facts, host, line) => {
    const choice = chooseHost({ ...ordinary, ...facts })
    expect(choice.host).toBe(host)
    if (line === null) expect(choice.line).toBeNull()
    else expect(choice.line).toMatch(line)
  })

  test.each(['fetch-failed', 'exited', 'not-ready'] as const)(
    'falls to the browser when the window %s, and says how to try again',
    (reason) => {
      const choice = afterDesktopFailed(reason)
      expect(choice.host).toBe('web')
      expect(choice.line).toMatch(/--desktop/)
    },
  )
})

describe('the end of the program that npm start runs', () => {
  /** As start.mjs does it, around a program that waits; says the program's number on its standard output. */
  async function follow(signal: NodeJS.Signals) {
    const ends = new URL('../../electron/launch/program-end.mjs', import.meta.url).href
    const waits = `process.stdout.write(String(process.pid)); setInterval(() => {}, 1_000)`
    const follower = `
      import { spawn } from 'node:child_process'
      import { leaveWith } from ${JSON.stringify(ends)}
      await leaveWith(spawn(process.execPath, ['-e', ${JSON.stringify(waits)}], { stdio: ['ignore', 'inherit', 'inherit'] }))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', follower], { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = text(child.stderr)
    const code = new Promise((resolve) => child.once('close', resolve))
    const [pid] = (await once(child.stdout, 'data')) as [Buffer]
    process.kill(Number(pid.toString()), signal)
    return { code: await code, said: await said }
  }

  test.skipIf(process.platform === 'win32')('is told in a sentence when somebody killed it, and not called a success', async () => {
    const { code, said } = await follow('SIGKILL')
    expect(code).toBe(137)
    expect(said).toMatch(/^Plumbline was ended from outside \(SIGKILL\): [^\n]+\n$/)
  })

  test.skipIf(process.platform === 'win32')('needs no words when it was asked for', async () => {
    expect(await follow('SIGTERM')).toEqual({ code: 143, said: '' })
  })

  test('is its own code where it has one, and a fault is named', () => {
    expect(endOf(0, null)).toEqual({ exitCode: 0, line: null })
    expect(endOf(3, null)).toEqual({ exitCode: 3, line: null })
    expect(endOf(null, 'SIGSEGV')).toEqual({ exitCode: 139, line: expect.stringContaining('a fault of its own (SIGSEGV)') })
  })
})

test.each([
  ['20.19.0', '/packaged', '/packaged'],
  ['22.17.9', '/packaged', '/packaged'],
  ['22.18.0', '/packaged', '/own'],
  ['24.1.0', null, '/own'],
  ['20.19.0', null, null],
])('Node %s with %j beside it runs %j', (version, packaged, expected) => {
  expect(chooseNode(version, '/own', packaged)).toBe(expected)
})

test('counts of several runs add up', () => {
  expect(
    addCounts([
      { ...noTests, passed: 1, failed: 2, skipped: 3, skippedNames: ['a', 'b', 'c'] },
      { ...noTests, passed: 10, skipped: 5, flakyNames: ['d'] },
    ]),
  ).toEqual({ passed: 11, failed: 2, skipped: 8, skippedNames: ['a', 'b', 'c'], flakyNames: ['d'] })
})

describe('what fails is run once more', () => {
  const part = (passed: number, ...failedNames: string[]) => ({
    counts: { ...noTests, passed, failed: failedNames.length },
    failedNames,
    again: [],
  })

  test('and counts as it ended, with the name of what had failed', () => {
    const counts = countTwice([part(10), part(4, 'a', 'b')], [part(5, 'b')])
    expect(counts).toEqual({ ...noTests, passed: 15, failed: 1, flakyNames: ['a'] })
  })

  test('and passes without hiding that it had failed', () => {
    expect(countTwice([part(10), part(4, 'a')], [part(5)])).toEqual({ ...noTests, passed: 15, flakyNames: ['a'] })
  })
})
