import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '#services/store/store.ts'
import { recordFigure } from '#test/support/figures.ts'

const KILLS = process.env.PLUMBLINE_NIGHTLY === '1' ? 200 : 20
const writer = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-killed-'))
  // The schema first: a kill while it is made says nothing about acknowledged writes.
  Store.open(folder, { migrate: true }).dispose()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test(`${KILLS} processes killed while they write lose nothing they acknowledged and leave nothing half`, {
  timeout: KILLS * 10_000,
}, async () => {
  const random = seeded(20)
  const acknowledged: number[] = []
  const lost = new Set<number>()
  const torn = new Set<number>()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const next = (acknowledged.at(-1) ?? 0) + 1_000
    acknowledged.push(...(await writeAndKill(next, 1 + Math.floor(random() * 12), Math.floor(random() * 4))))
    const store = Store.open(folder, { migrate: true })
    expect(store.damagedFile).toBeNull()
    expect(store.database.pragma('integrity_check', { simple: true })).toBe('ok')
    const groups = store.database
      .prepare('SELECT CAST(title AS INTEGER) AS number, count(*) AS parts FROM query_drafts GROUP BY 1')
      .all() as { number: number; parts: number }[]
    for (const { number, parts } of groups) if (parts !== 3) torn.add(number)
    const stored = new Set(groups.map(({ number }) => number))
    for (const number of acknowledged) if (!stored.has(number)) lost.add(number)
    store.dispose()
  }
  recordFigure('historyKills', KILLS)
  recordFigure('historySaved', acknowledged.length)
  recordFigure('historyLost', lost.size)
  recordFigure('historyTorn', torn.size)
  expect([...lost]).toEqual([])
  expect([...torn]).toEqual([])
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS)
})

/** Kills it `delayMs` after its nth acknowledgement; returns everything it acknowledged. */
async function writeAndKill(first: number, count: number, delayMs: number): Promise<readonly number[]> {
  const child: ChildProcess = spawn(process.execPath, [writer, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const before = text.split('\n').length - 1
    text += chunk.toString()
    const now = text.split('\n').length - 1
    if (before < count && now >= count) setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  await new Promise((resolve) => child.once('close', resolve))
  expect(child.signalCode).toBe('SIGKILL')
  return text.split('\n').slice(0, -1).map(Number)
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
