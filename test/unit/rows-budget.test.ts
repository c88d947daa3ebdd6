import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultLimits, ResultRows } from '#services/query/result-rows.ts'
import { RowsBudget } from '#services/query/rows-budget.ts'

/** The rows of many results, as a script of many statements has them, within one bound. */

const MB = 1024 * 1024
let folder: string
const open: ResultRows[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-rows-'))
})
afterEach(() => {
  for (const rows of open.splice(0)) rows.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function result(budget: RowsBudget): ResultRows {
  const rows = new ResultRows(folder, defaultLimits, budget)
  open.push(rows)
  return rows
}

/** As a DataRow has it, of one column. */
function row(text: string): Buffer {
  const head = Buffer.alloc(6)
  head.writeInt16BE(1)
  head.writeInt32BE(Buffer.byteLength(text), 2)
  return Buffer.concat([head, Buffer.from(text)])
}

function fill(rows: ResultRows, sizeBytes: number, mark: string): number {
  const body = row(mark.repeat(1_000))
  const count = Math.ceil(sizeBytes / body.length)
  for (let index = 0; index < count; index += 1) expect(rows.append(body)).toBe(true)
  return count
}

test('above the bound in memory the oldest rows go to their file, and are read back the same', () => {
  const budget = new RowsBudget({ memoryBytes: 8 * MB, totalBytes: 1_000 * MB })
  const results = Array.from({ length: 20 }, () => result(budget))
  for (const [index, rows] of results.entries()) {
    const mark = String.fromCharCode(97 + index)
    const count = fill(rows, MB, mark)
    expect(budget.memoryBytes).toBeLessThanOrEqual(8 * MB)
    expect(rows.rowCount).toBe(count)
  }
  // Of the first twelve or so; those that came last are in memory still.
  expect(readdirSync(folder).length).toBeGreaterThanOrEqual(12)
  expect(readdirSync(folder).length).toBeLessThan(20)
  for (const [index, rows] of results.entries()) {
    const text = String.fromCharCode(97 + index).repeat(1_000)
    for (const at of [0, Math.floor(rows.rowCount / 2), rows.rowCount - 1]) expect(rows.cell(at, 0)).toMatchObject({ value: text })
    expect(rows.snapshot().rowCount).toBe(rows.rowCount)
  }
})

test('a result whose rows went to the file while it was read goes on, in the order of its rows', () => {
  const budget = new RowsBudget({ memoryBytes: 2 * MB, totalBytes: 1_000 * MB })
  const [first, second] = [result(budget), result(budget)]
  const counts = { first: 0, second: 0 }
  for (let turn = 0; turn < 40; turn += 1) {
    for (let index = 0; index < 100; index += 1) first.append(row(`${counts.first++} ${'f'.repeat(900)}`))
    for (let index = 0; index < 100; index += 1) second.append(row(`${counts.second++} ${'s'.repeat(900)}`))
    expect(budget.memoryBytes).toBeLessThanOrEqual(2 * MB)
  }
  for (let at = 0; at < counts.first; at += 37) {
    expect(first.cell(at, 0)?.value).toBe(`${at} ${'f'.repeat(900)}`)
    expect(second.cell(at, 0)?.value).toBe(`${at} ${'s'.repeat(900)}`)
  }
})

test('a result of one short row takes little more than that, and no file', () => {
  const budget = new RowsBudget({ memoryBytes: 64 * MB, totalBytes: 1_000 * MB })
  for (let index = 0; index < 2_000; index += 1) expect(result(budget).append(row('1'))).toBe(true)
  expect(budget.memoryBytes).toBeLessThan(3 * MB)
  expect(readdirSync(folder)).toEqual([])
})

test('what is dropped makes room, in memory and for rows at all', () => {
  const budget = new RowsBudget({ memoryBytes: 4 * MB, totalBytes: 10 * MB })
  const [first, second] = [result(budget), result(budget)]
  fill(first, 6 * MB, 'a')
  fill(second, 3 * MB, 'b')
  const third = result(budget)
  fill(third, MB / 2, 'c')
  let more = 0
  while (third.append(row('c'.repeat(1_000)))) more += 1
  expect(more).toBeLessThan(1_000)
  first.dispose()
  fill(third, 5 * MB, 'c')
  for (const rows of open.splice(0)) rows.dispose()
  expect(budget.memoryBytes).toBe(0)
  expect(readdirSync(folder)).toEqual([])
})
