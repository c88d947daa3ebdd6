import { expect, test } from 'vitest'
import { recordFigure } from '#test/support/figures.ts'
import { type FuzzOutcome, fuzz } from '#test/support/fuzz.ts'

/** Conversations with servers whose answers go wrong, each drawn by a seed; the seeds of a failure are printed with it. */

const NIGHTLY = process.env.PLUMBLINE_NIGHTLY === '1'
const CASES = NIGHTLY ? 100_000 : 2_000
const WIDTH = 32

test(`${CASES} conversations with hostile servers: none ends the program, none hangs, and memory stays bounded`, {
  timeout: NIGHTLY ? 4 * 3_600_000 : 900_000,
}, async () => {
  const outcome = await fuzz({ firstSeed: 1, cases: CASES, width: WIDTH, who: 'ours' })
  process.stdout.write(`${figures(outcome)}\n`)
  recordFigure('hostileCases', outcome.cases)
  recordFigure('hostileCrashes', outcome.crashes.length)
  recordFigure('hostileHangs', outcome.hangs.length)
  expect(outcome.crashes).toEqual([])
  expect(outcome.hangs).toEqual([])
  expect(outcome.cases).toBe(CASES)
  // Both must come about, or the servers were too kind or too wild to say anything.
  expect(outcome.answered).toBeGreaterThan(CASES / 10)
  expect(outcome.refused).toBeGreaterThan(CASES / 10)
  expect(outcome.peakBytes).toBeLessThan(PEAK_LIMIT_BYTES)
})

test('the driver by itself is ended by such conversations', async () => {
  const { crashes } = await fuzz({ firstSeed: 1, cases: 300, width: WIDTH, who: 'driver' })
  expect(crashes).not.toEqual([])
})

const PEAK_LIMIT_BYTES = 1024 * 1024 * 1024

function figures({ cases, answered, refused, crashes, hangs, peakBytes }: FuzzOutcome): string {
  const told = { hostileCases: cases, answered, refused, hostileCrashes: crashes.length, hostileHangs: hangs.length, peakBytes }
  return JSON.stringify(told)
}
