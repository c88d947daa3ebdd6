import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Figure, figureList } from '#launch/figure-list.mjs'
import { compareFigures, pageTable, readFigures, withTable, writeFigure } from '#launch/figures.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('the page and the tests', () => {
  test.each(figureList.filter(({ by }) => by !== 'npm test'))('$key is written by the test that the page names', ({ key, by }) => {
    expect(readFileSync(join(root, by), 'utf8')).toContain(`recordFigure('${key}'`)
  })

  test('the table of SECURITY.md is what the command writes, and keeps what it promises', () => {
    const page = readFileSync(join(root, 'SECURITY.md'), 'utf8')
    const rows = new Map(
      [...page.matchAll(/^\| (.*) \| (-?[\d,.]+) \| `(.*)` \|$/gm)].map(([, what, value]) => [what, Number(value?.replaceAll(',', ''))]),
    )
    const date = /As of (\d{4}-\d\d-\d\d):/.exec(page)?.[1] ?? ''
    const records = new Map(
      figureList.flatMap(({ key, what }) => {
        const value = rows.get(what)
        return value === undefined ? [] : [[key, { key, value, at: `${date}T00:00:00Z` }] as const]
      }),
    )
    const told = compareFigures(figureList, records, 0)
    // What `npm test` counts is known only when it is over.
    expect(told.requiredMissing.filter((key) => !['passed', 'failed', 'skips'].includes(key))).toEqual([])
    expect(told.broken).toEqual([])
    expect(withTable(page, pageTable(told.figures, date))).toBe(page)
  })
})

describe('the records', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-figures-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const list: readonly Figure[] = [
    { key: 'lost', what: 'Lost', by: 'a', required: true, must: 0 },
    { key: 'seen', what: 'Seen', by: 'b', required: true },
    { key: 'perhaps', what: 'Perhaps', by: 'c' },
  ]

  test('say what is missing, what is older than the build, what breaks a promise and what nobody lists', () => {
    writeFigure('lost', 2, folder)
    writeFigure('perhaps', 5, folder)
    writeFigure('other', 1, folder)
    const records = readFigures(folder)
    expect(compareFigures(list, records, Date.now() + 1_000)).toMatchObject({
      missing: ['seen'],
      requiredMissing: ['seen'],
      older: ['lost', 'perhaps'],
      broken: ['lost'],
      unlisted: ['other'],
    })
    writeFigure('lost', 0, folder)
    writeFigure('seen', 1_234, folder)
    const told = compareFigures(list, readFigures(folder), 0)
    expect(told).toMatchObject({ missing: [], older: [], broken: [] })
    expect(pageTable(told.figures, '2026-01-02')).toContain('| Seen | 1,234 | `b` |')
  })

  test('are none where no test has run', () => {
    expect(readFigures(folder).size).toBe(0)
    expect(compareFigures(list, readFigures(folder), 0).requiredMissing).toEqual(['lost', 'seen'])
  })

  test('go into a page between its marks only', () => {
    expect(() => withTable('a page without marks', 'x')).toThrow(/marks/)
  })
})
