import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { probeInChild } from '#services/vault/probe.ts'
import { toProbeWord } from '#services/vault/probe-outcome.ts'
import { Vault } from '#services/vault/vault.ts'
import { heldSettings } from '#test/support/secret-settings.ts'

let folder = ''
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A module named keytar that misbehaves as native ones do. */
async function modulesWith(source: string | null): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'plumbline modules-'))
  if (source !== null) {
    await mkdir(join(folder, 'node_modules', 'keytar'), { recursive: true })
    await writeFile(join(folder, 'node_modules', 'keytar', 'index.js'), source)
  }
  return join(folder, 'node_modules')
}

const never = '() => new Promise(() => setInterval(() => {}, 1000))'

test.each([
  ['is not installed', null, 'absent'],
  ['cannot be loaded', `throw Object.assign(new Error('libsecret-1.so.0'), { code: 'ERR_DLOPEN_FAILED' })`, 'absent'],
  ['aborts its process', `exports.setPassword = () => process.abort()`, 'damaged'],
  ['waits for ever', `exports.setPassword = ${never}`, 'timeout'],
  [
    'gives back something else',
    `exports.setPassword = exports.deletePassword = async () => {}; exports.getPassword = async () => 'other'`,
    'mismatch',
  ],
  ['refuses without a known reason', `exports.setPassword = async () => { throw new Error('no') }`, 'denied'],
])('a keychain module that %s is told apart', async (_name, source, word) => {
  expect(toProbeWord(await probeInChild(await modulesWith(source), 1_500))).toBe(word)
})

test('a call that hangs after a good try is given up, and the secret is held in memory', async () => {
  // The trying process writes accounts that begin with "probe-"; every other call hangs.
  const source = `const kept = new Map(); const wait = () => new Promise(() => {})
    exports.setPassword = async (_, account, secret) => account.startsWith('probe-') ? void kept.set(account, secret) : wait()
    exports.getPassword = async (_, account) => account.startsWith('probe-') ? kept.get(account) : wait()
    exports.deletePassword = async () => true`
  const vault = new Vault({ modulesFolder: await modulesWith(source), probe: 'child', callLimitMs: 50, folder, settings: heldSettings() })
  expect(await vault.save('a', 'held')).toBe('in-memory')
  expect(vault.status()).toMatchObject({ mode: 'session-only', probe: 'timeout' })
  expect(await vault.read('a', 'keychain')).toEqual({ state: 'found', secret: 'held', from: 'memory' })
  expect(await vault.read('b', 'keychain')).toMatchObject({ state: 'unavailable' })
  await vault.dispose()
})
