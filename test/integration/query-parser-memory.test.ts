import { memoryUsage } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SqlParser } from '#services/query/sql-parser.ts'

test('the parser does not take hundreds of megabytes to be compiled a second time', async () => {
  const parser = new SqlParser()
  await parser.parse('SELECT 1')
  const before = memoryUsage.rss()
  let peak = before
  for (let turn = 0; turn < 40; turn += 1) {
    await parser.parse(`SELECT * FROM orders WHERE id = ${turn} ORDER BY id`)
    await sleep(25)
    peak = Math.max(peak, memoryUsage.rss())
  }
  await parser.dispose()
  expect((peak - before) / 1_048_576).toBeLessThan(100)
})
