import { execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '#services/store/store.ts'

/** R08: a data folder that this account may not use as it should. Only root can become somebody else for a moment. */

const NOBODY = 65_534
const isRoot = process.platform === 'linux' && process.getuid?.() === 0
if (!isRoot) process.stdout.write('SKIP R08: only root can try a folder as somebody else.\n')
const program = fileURLToPath(new URL('../support/folder-program.ts', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-folder-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What a start of it says, as a process of somebody who is not root. */
async function startAsNobody(data: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, data], { uid: NOBODY, gid: NOBODY, cwd: root })
  return stdout.trim()
}

test.skipIf(!isRoot)('a folder of another account is refused, and one that cannot be written to is said to be so', async () => {
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o755 })
  expect(await startAsNobody(data)).toContain('belongs to another user')
  chownSync(data, NOBODY, NOBODY)
  expect(await startAsNobody(data)).toBe('works')
  // Somebody else's file in an own folder: what is there can be read, nothing can be saved.
  chownSync(join(data, 'plumbline.db'), 0, 0)
  chmodSync(join(data, 'plumbline.db'), 0o644)
  const said = await startAsNobody(data)
  expect(said).toContain('plumbline.db cannot be written to by this account')
})

test('a data file may be used by the window and several command lines at once, and none is told that it is busy (R24)', async () => {
  Store.open(folder, { migrate: true }).dispose()
  const writer = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url))
  const children = [1, 2, 3].map((number) =>
    spawn(process.execPath, [writer, folder, String(number * 100_000)], { stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  const store = Store.open(folder, { migrate: true })
  const said: string[] = []
  try {
    const counts = await Promise.all(
      children.map(async (child) => {
        child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
        let written = 0
        for await (const chunk of child.stdout) {
          written += String(chunk).split('\n').length - 1
          store.transaction(() => store.database.prepare('UPDATE installation SET id = id').run())
          if (written >= 50) child.kill('SIGKILL')
        }
        return written
      }),
    )
    expect(counts.every((count) => count >= 50)).toBe(true)
    expect(said).toEqual([])
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(
      children.map((child) => (child.exitCode ?? child.signalCode) !== null || new Promise((resolve) => child.once('close', resolve))),
    )
    store.dispose()
  }
})
