import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PassphraseVault } from '#services/vault/passphrase-vault.ts'
import { Vault } from '#services/vault/vault.ts'
import { deriveKey, HEADER_BYTES, isAffordable, open, readHeader, type VaultHeader } from '#services/vault/vault-format.ts'
import { recordFigure } from '#test/support/figures.ts'
import { heldSettings } from '#test/support/secret-settings.ts'

/** The vault's file. A key that costs little, named by its header, so that it can be tried thousands of times. */

const CHEAP = { logN: 1, r: 1, p: 1 }
const PASSPHRASE = 'four words, and none said'
const SECRET = 'pässword ☃\n'
const refused = {
  code: 'INVALID',
  detail: { field: 'passphrase' },
  message: expect.stringContaining('the passphrase is another one, or the file is damaged'),
}

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-vault-'))
  file = join(folder, 'secrets.vault')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function withSecret(): Promise<PassphraseVault> {
  const vault = new PassphraseVault(file, CHEAP)
  await vault.create(PASSPHRASE)
  await vault.save('a', SECRET)
  return vault
}

/** As after a restart. */
async function unlocked(passphrase = PASSPHRASE): Promise<PassphraseVault> {
  const vault = new PassphraseVault(file)
  await vault.unlock(passphrase)
  return vault
}

test('a vault gives back what it was given, after a restart too, and only by its passphrase', async () => {
  await withSecret()
  const vault = await unlocked()
  expect(await vault.read('a')).toEqual({ state: 'found', secret: SECRET })
  expect(await vault.read('b')).toEqual({ state: 'missing' })
  vault.lock()
  expect(vault.state()).toBe('locked')
  expect(await vault.read('a')).toEqual({ state: 'locked' })
  await expect(vault.save('a', 'other')).rejects.toMatchObject({ code: 'UNAVAILABLE', action: 'unlock-vault' })
  await expect(vault.forget('a')).rejects.toMatchObject({ code: 'UNAVAILABLE', action: 'unlock-vault' })
  await expect(vault.unlock(`${PASSPHRASE} `)).rejects.toMatchObject(refused)
  expect(vault.state()).toBe('locked')
  expect(await (await unlocked()).read('a')).toEqual({ state: 'found', secret: SECRET })
})

test('the passphrase is the same however its letters are composed, and has at least 12 of them', async () => {
  const vault = new PassphraseVault(file, CHEAP)
  await expect(vault.create('elevenchars')).rejects.toMatchObject({ code: 'INVALID' })
  // Each counts as one when composed.
  await expect(vault.create('e\u0301'.repeat(11))).rejects.toMatchObject({ code: 'INVALID' })
  await vault.create('e\u0301'.repeat(12))
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'CONFLICT' })
  expect((await unlocked('\u00e9'.repeat(12))).state()).toBe('unlocked')
})

test.skipIf(process.platform === 'win32')(
  'its file, the copy and what is moved aside are for the owner only, and nothing else is left',
  async () => {
    const vault = await withSecret()
    await vault.save('b', 'another')
    await vault.restoreBackup()
    await vault.setAside()
    for (const name of readdirSync(folder)) expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
    expect(
      readdirSync(folder)
        .map((name) => name.replace(/\d+-[0-9a-f]{4}$/, ''))
        .sort(),
    ).toEqual(['secrets.vault.aside-', 'secrets.vault.aside-', 'secrets.vault.bak'])
  },
)

test('no two files share a nonce, and neither names nor holds a secret in clear', async () => {
  const vault = await withSecret()
  const first = readFileSync(file)
  await vault.save('a', SECRET)
  const second = readFileSync(file)
  expect(second.subarray(HEADER_BYTES - 12, HEADER_BYTES)).not.toEqual(first.subarray(HEADER_BYTES - 12, HEADER_BYTES))
  expect(readHeader(second)?.generation).toBe((readHeader(first)?.generation ?? 0) + 1)
  for (const bytes of [first, second]) expect(bytes.includes('ssword') || bytes.includes('"a"')).toBe(false)
})

describe('a damaged file', () => {
  test('with one bit turned does not open, whichever it is', async () => {
    await withSecret()
    const good = readFileSync(file)
    const key = await deriveKey(PASSPHRASE, headerOf(good))
    let tried = 0
    let acceptedWrong = 0
    const refusals: unknown[] = []
    for (let at = 0; at < good.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const bad = Buffer.from(good)
        bad.writeUInt8(bad.readUInt8(at) ^ (1 << bit), at)
        tried += 1
        // Not even by the key itself.
        if (open(bad, key) !== null) acceptedWrong += 1
        // A bit of the cost may ask for much of the computer, within bounds: that much is not spent here.
        if (isCostly(bad)) continue
        writeFileSync(file, bad)
        const error = await unlocked().catch((problem: unknown) => problem)
        if (error instanceof PassphraseVault) acceptedWrong += 1
        else refusals.push(error)
      }
    }
    recordFigure('vaultBitFlips', tried)
    recordFigure('vaultBitFlipsAccepted', acceptedWrong)
    expect(acceptedWrong).toBe(0)
    for (const error of refusals) expect(error).toMatchObject(refused)
    writeFileSync(file, good)
    expect(await (await unlocked()).read('a')).toMatchObject({ state: 'found' })
  })

  test('cut at any length, or with more behind it, does not open', async () => {
    await withSecret()
    const good = readFileSync(file)
    for (let length = 0; length < good.length; length += 1) {
      writeFileSync(file, good.subarray(0, length))
      await expect(unlocked()).rejects.toMatchObject(refused)
    }
    writeFileSync(file, Buffer.concat([good, Buffer.from([0])]))
    await expect(unlocked()).rejects.toMatchObject(refused)
    recordFigure('vaultTruncations', good.length)
  })

  test('is told of with the date of its copy, is never reset by itself, and the copy can be brought back', async () => {
    const vault = await withSecret()
    await vault.save('a', 'newer')
    writeFileSync(file, 'x')
    // The same words as for a wrong passphrase.
    const sentence =
      /^The vault does not open: .* A backup from \d{1,2} \w{3,4} \d{4}, \d\d:\d\d exists: “It does not open …”, in the window, brings it back\.$/
    await expect(unlocked()).rejects.toThrow(sentence)
    expect(await vault.read('a')).toMatchObject({ state: 'damaged', sentence: expect.stringMatching(sentence) })
    await expect(vault.save('b', 'x')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(readFileSync(file, 'utf8')).toBe('x')
    const movedTo = await vault.restoreBackup()
    expect(readFileSync(movedTo, 'utf8')).toBe('x')
    expect(await (await unlocked()).read('a')).toEqual({ state: 'found', secret: SECRET })
  })

  test('can be set aside for a new vault', async () => {
    await withSecret()
    writeFileSync(file, 'x')
    const vault = new PassphraseVault(file, CHEAP)
    expect(readFileSync(await vault.setAside(), 'utf8')).toBe('x')
    expect(vault.state()).toBe('none')
    await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await vault.create(PASSPHRASE)
    expect(await vault.read('a')).toEqual({ state: 'missing' })
  })

  test.each([
    ['N of 2^31', { logN: 31, r: 8, p: 1 }],
    ['N of 2^255', { logN: 255, r: 8, p: 1 }],
    ['r that takes 64 GiB', { logN: 17, r: 4_096, p: 1 }],
    ['r as large as can be', { logN: 1, r: 0xffff_ffff, p: 1 }],
    ['p that takes a year', { logN: 17, r: 8, p: 1_000_000 }],
    ['an N that scrypt has not for its r', { logN: 17, r: 1, p: 1 }],
    ['nothing at all', { logN: 0, r: 8, p: 1 }],
    ['no blocks', { logN: 4, r: 0, p: 1 }],
    ['no lanes', { logN: 4, r: 8, p: 0 }],
  ])('that asks for %s is refused before a key is derived', async (_name, cost) => {
    expect(isAffordable(cost)).toBe(false)
    await withSecret()
    const hostile = readFileSync(file)
    hostile.writeUInt8(cost.logN, 9)
    hostile.writeUInt32BE(cost.r, 10)
    hostile.writeUInt32BE(cost.p, 14)
    writeFileSync(file, hostile)
    expect(readHeader(hostile)).toBeNull()
    await expect(unlocked()).rejects.toMatchObject(refused)
  })
})

test('another passphrase opens it after a change, and the old one neither the file nor its copy', async () => {
  const vault = await withSecret()
  await expect(vault.changePassphrase('not the passphrase', 'a wholly new one')).rejects.toMatchObject({
    code: 'INVALID',
    detail: { field: 'current' },
  })
  await expect(vault.changePassphrase(PASSPHRASE, 'short')).rejects.toMatchObject({ code: 'INVALID', detail: { field: 'next' } })
  await vault.changePassphrase(PASSPHRASE, 'a wholly new one')
  expect(await vault.read('a')).toEqual({ state: 'found', secret: SECRET })
  await expect(unlocked()).rejects.toMatchObject(refused)
  expect(await (await unlocked('a wholly new one')).read('a')).toEqual({ state: 'found', secret: SECRET })
  await vault.restoreBackup()
  await expect(unlocked()).rejects.toMatchObject(refused)
  expect(await (await unlocked('a wholly new one')).read('a')).toEqual({ state: 'found', secret: SECRET })
})

test('what is forgotten is not in the copy either', async () => {
  const vault = await withSecret()
  await vault.forget('a')
  await vault.restoreBackup()
  expect(await (await unlocked()).read('a')).toEqual({ state: 'missing' })
})

test('locking in the middle of a save spoils nothing, and one in the middle of an unlocking is not lost', async () => {
  const vault = await withSecret()
  const saving = vault.save('b', 'second')
  vault.lock()
  await saving.catch((error: unknown) => expect(error).toMatchObject({ code: 'UNAVAILABLE' }))
  const again = await unlocked()
  expect(await again.read('a')).toEqual({ state: 'found', secret: SECRET })
  again.lock()
  const unlocking = again.unlock(PASSPHRASE)
  // After the unlocking has begun, and before its key is there.
  await new Promise((resolve) => setImmediate(resolve))
  again.lock()
  await unlocking
  expect(again.state()).toBe('locked')
})

test('saves at once are all there', async () => {
  const vault = await withSecret()
  await Promise.all(Array.from({ length: 20 }, (_none, index) => vault.save(`source-${index}`, `secret ${index}`)))
  const again = await unlocked()
  expect(await again.read('source-0')).toEqual({ state: 'found', secret: 'secret 0' })
  expect(await again.read('source-19')).toEqual({ state: 'found', secret: 'secret 19' })
})

describe('a vault without use', () => {
  afterEach(() => vi.useRealTimers())

  async function idle(isBusy: () => boolean, lockAfterMinutes: 5 | null = 5) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const told = vi.fn()
    const settings = heldSettings({ lockAfterMinutes })
    const vault = new Vault({
      modulesFolder: folder,
      probe: 'child',
      folder,
      settings,
      cost: CHEAP,
      isBusy,
      onChange: told,
    })
    await vault.create(PASSPHRASE)
    await vault.save('a', SECRET)
    return { vault, told }
  }

  test('locks itself after the minutes that were chosen, counted from the last use', async () => {
    const { vault, told } = await idle(() => false)
    vi.advanceTimersByTime(4 * 60_000)
    await vault.read('a', 'vault')
    vi.advanceTimersByTime(4 * 60_000)
    expect(vault.status().vault).toBe('unlocked')
    vi.advanceTimersByTime(61_000)
    expect(vault.status()).toMatchObject({ vault: 'locked', mode: 'vault', remedy: expect.any(String) })
    expect(told).toHaveBeenCalledOnce()
    expect(await vault.read('a', 'vault')).toEqual({ state: 'locked' })
    expect(() => vault.requireReady()).toThrow('locked')
  })

  test('does not while something runs, nor when it is told never to', async () => {
    let busy = true
    const { vault } = await idle(() => busy)
    vi.advanceTimersByTime(60 * 60_000)
    expect(vault.status().vault).toBe('unlocked')
    busy = false
    vi.advanceTimersByTime(5 * 60_000 + 5_000)
    expect(vault.status().vault).toBe('locked')
    await vault.unlock(PASSPHRASE)
    vault.setAutoLock(null)
    vi.advanceTimersByTime(24 * 60 * 60_000)
    expect(vault.status().vault).toBe('unlocked')
  })

  test('is locked when the computer wakes from a sleep that was longer', async () => {
    const { vault } = await idle(() => false)
    vi.setSystemTime(Date.now() + 8 * 60 * 60_000)
    vi.advanceTimersByTime(5_000)
    expect(vault.status().vault).toBe('locked')
  })
})

function headerOf(bytes: Buffer): VaultHeader {
  const header = readHeader(bytes)
  if (header === null) throw new Error('This is no vault.')
  return header
}

function isCostly(bytes: Buffer): boolean {
  const cost = readHeader(bytes)?.cost
  return cost !== undefined && 2 ** cost.logN * cost.r * cost.p > 4_096
}
