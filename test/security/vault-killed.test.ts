import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PassphraseVault } from '#services/vault/passphrase-vault.ts'
import { backupOf } from '#services/vault/vault-file.ts'
import { readHeader } from '#services/vault/vault-format.ts'
import { recordFigure } from '#test/support/figures.ts'
import { Seeded } from '#test/support/seeded.ts'

/** The vault's file, under a program that is killed, and at the cost that it has for people. */

const NIGHTLY = process.env.PLUMBLINE_NIGHTLY === '1'
const KILLS = NIGHTLY ? 200 : 20
const PASSPHRASE = 'four words, and none said'
const writer = fileURLToPath(new URL('../support/vault-writer.ts', import.meta.url))

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-vault-'))
  file = join(folder, 'secrets.vault')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test(`${KILLS} programs killed while they write the vault leave the old one or the new one, and its copy whole`, {
  timeout: NIGHTLY ? 3_600_000 : 900_000,
}, async () => {
  const cheap = { logN: 1, r: 1, p: 1 }
  const vault = new PassphraseVault(file, cheap)
  await vault.create(PASSPHRASE)
  await vault.save('number', '0')
  const chance = new Seeded(14)
  let [acknowledged, lost, torn] = [0, 0, 0]
  for (let kill = 0; kill < KILLS; kill += 1) {
    acknowledged = await writeAndKill(acknowledged + 1, 1 + chance.below(15), chance.below(6))
    const number = await numberIn(file)
    // It may have been killed between the write and saying so.
    if (number === null) torn += 1
    else if (number !== acknowledged && number !== acknowledged + 1) lost += 1
    acknowledged = number ?? acknowledged
    if (existsSync(backupOf(file)) && (await numberIn(backupOf(file))) === null) torn += 1
  }
  recordFigure('vaultKills', KILLS)
  recordFigure('vaultKillsLost', lost)
  recordFigure('vaultKillsTorn', torn)
  expect([lost, torn]).toEqual([0, 0])
  expect(acknowledged).toBeGreaterThanOrEqual(KILLS)
})

test('at the cost for people it opens, and does not by another passphrase', async () => {
  await new PassphraseVault(file).create(PASSPHRASE)
  expect(readHeader(readFileSync(file))?.cost).toEqual({ logN: 17, r: 8, p: 1 })
  const vault = new PassphraseVault(file)
  await expect(vault.unlock('another passphrase')).rejects.toMatchObject({ code: 'INVALID' })
  const ticks: number[] = []
  const timer = setInterval(() => ticks.push(0), 1)
  await vault.unlock(PASSPHRASE)
  clearInterval(timer)
  expect(vault.state()).toBe('unlocked')
  // Everything else went on meanwhile: the key is derived on a thread of its own.
  expect(ticks.length).toBeGreaterThan(10)
})

/** null: it does not open. */
async function numberIn(path: string): Promise<number | null> {
  const vault = new PassphraseVault(path)
  try {
    await vault.unlock(PASSPHRASE)
    const reading = await vault.read('number')
    return reading.state === 'found' ? Number(reading.secret) : null
  } catch {
    return null
  }
}

/** Kills it `delayMs` after its nth acknowledgement; returns the last one. */
async function writeAndKill(first: number, count: number, delayMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, file, PASSPHRASE, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const before = text.split('\n').length - 1
    text += chunk.toString()
    if (before < count && text.split('\n').length - 1 >= count) setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  await new Promise((resolve) => child.once('close', resolve))
  expect(child.signalCode).toBe('SIGKILL')
  return Number(text.split('\n').at(-2))
}
