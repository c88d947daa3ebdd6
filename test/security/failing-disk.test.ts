import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { which } from '#launch/paths.mjs'
import { Store } from '#services/store/store.ts'
import { PassphraseVault } from '#services/vault/passphrase-vault.ts'

/** R07: a disk that says it cannot keep what it was given, from the nth time on. The system's answers are made up by strace; all else is real. */

const canInject = process.platform === 'linux' && which('strace') !== null
if (!canInject) process.stdout.write('SKIP R07: there is no strace here, so no disk can be made to fail.\n')

const PASSPHRASE = 'four words, and none said'
const support = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-failing-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(!canInject)('a disk that fails', () => {
  test.each([3, 8, 15, 30])('from the sync number %i on ends the saving, and leaves every row that was called saved', (from) => {
    Store.open(folder, { migrate: true }).dispose()
    const { saved, code } = runOnFailingDisk(support('store-writer.ts'), [folder, '1'], from)
    expect(code).not.toBe(0)
    // It got so far: what ended it is the disk, and not its own start.
    if (from >= 15) expect(saved.length).toBeGreaterThan(5)
    const store = Store.open(folder, { migrate: true })
    expect(store.damagedFile).toBeNull()
    expect(store.database.pragma('integrity_check', { simple: true })).toBe('ok')
    const parts = store.database.prepare('SELECT count(*) FROM query_drafts WHERE title = ?').pluck()
    for (const number of saved) expect([number, parts.get(String(number))]).toEqual([number, 3])
    store.dispose()
  })

  test.each([2, 5, 11, 20])('from the sync number %i on leaves a vault that opens, with what was called saved', async (from) => {
    const file = join(folder, 'secrets.vault')
    const made = new PassphraseVault(file, { logN: 1, r: 1, p: 1 })
    await made.create(PASSPHRASE)
    await made.save('number', '0')
    const { saved, code } = runOnFailingDisk(support('vault-writer.ts'), [file, PASSPHRASE, '1'], from)
    expect(code).not.toBe(0)
    if (from >= 11) expect(saved.length).toBeGreaterThan(0)
    const vault = new PassphraseVault(file)
    await vault.unlock(PASSPHRASE)
    const reading = await vault.read('number')
    const number = reading.state === 'found' ? Number(reading.secret) : Number.NaN
    // The last one may have come as far as the file before its folder could not be kept.
    expect([saved.at(-1) ?? 0, (saved.at(-1) ?? 0) + 1]).toContain(number)
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
  })
})

function runOnFailingDisk(program: string, args: readonly string[], from: number) {
  const inject = ['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:error=EIO:when=${from}+`]
  const { stdout, status } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, program, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { saved: stdout.split('\n').slice(0, -1).map(Number), code: status }
}
