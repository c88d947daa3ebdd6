import { describe, expect, test } from 'vitest'
import { type CopyFormat, copyFormats, written } from '#ui/grid/copy-formats.ts'
import { rangeAsText } from '#ui/grid/copy-range.ts'
import { move, rangeBetween } from '#ui/grid/grid-moves.ts'
import type { GridWindow } from '#ui/grid/grid-types.ts'
import { WindowCache } from '#ui/grid/window-cache.ts'

const extent = { rows: 1_000, columns: 5, pageRows: 20 }

describe('a key in the grid', () => {
  test.each([
    ['ArrowDown', {}, { row: 10, column: 2 }, { row: 11, column: 2 }],
    ['ArrowUp', {}, { row: 0, column: 2 }, { row: -1, column: 2 }],
    ['ArrowUp', { shift: true }, { row: 0, column: 2 }, { row: 0, column: 2 }],
    ['ArrowLeft', {}, { row: 3, column: 0 }, { row: 3, column: 0 }],
    ['ArrowRight', { control: true }, { row: 3, column: 0 }, { row: 3, column: 4 }],
    ['ArrowDown', { control: true }, { row: 3, column: 0 }, { row: 999, column: 0 }],
    ['Home', {}, { row: 3, column: 4 }, { row: 3, column: 0 }],
    ['End', { control: true }, { row: 3, column: 0 }, { row: 999, column: 4 }],
    ['Home', { control: true }, { row: 700, column: 3 }, { row: 0, column: 0 }],
    ['PageDown', {}, { row: 990, column: 1 }, { row: 999, column: 1 }],
    ['PageUp', {}, { row: 30, column: 1 }, { row: 10, column: 1 }],
  ])('%s %o leads from %o to %o', (key, modifiers, from, to) => {
    expect(move(from, { key, control: false, shift: false, ...modifiers }, extent)).toEqual(to)
  })

  test('that does not move is left alone', () => {
    expect(move({ row: 0, column: 0 }, { key: 'x', control: false, shift: false }, extent)).toBeNull()
  })
})

test('a range reaches between two places whichever comes first', () => {
  const range = { top: 2, left: 1, bottom: 5, right: 3 }
  expect(rangeBetween({ row: 5, column: 1 }, { row: 2, column: 3 })).toEqual(range)
})

describe('copied text', () => {
  const rows = [
    ['1', 'a\tb', null],
    ['2', 'say "hi"', 'two\nlines'],
  ]
  const source = {
    loadWindow: async (from: number, count: number): Promise<GridWindow> => ({ rows: rows.slice(from, from + count), clipped: [[1, 0]] }),
    loadCell: async (row: number, column: number) => `whole ${row} ${column}`,
  }

  test('has tabs between cells, quotes where they are needed, nothing for null, and whole values', async () => {
    const text = await rangeAsText({ top: 0, left: 0, bottom: 1, right: 2 }, source)
    expect(text).toBe('1\t"a\tb"\t\nwhole 1 0\t"say ""hi"""\t"two\nlines"')
  })

  test('of one cell is the value itself', async () => {
    expect(await rangeAsText({ top: 1, left: 2, bottom: 1, right: 2 }, source)).toBe('two\nlines')
  })
})

describe('the rows in sight', () => {
  test('are asked for once by page, and what a fast scroll passes is not asked for at all', async () => {
    const asked: number[] = []
    const answers: (() => void)[] = []
    const cache = new WindowCache((from, count) => {
      asked.push(from)
      return new Promise((resolve) =>
        answers.push(() => resolve({ rows: Array.from({ length: count }, (_, row) => [String(from + row)]), clipped: [] })),
      )
    })
    for (let from = 0; from <= 9_000; from += 500) cache.want(from, from + 40, 10_000)
    expect(asked).toEqual([0, 500, 1_000])
    expect(cache.row(9_000)).toBeNull()
    for (let turn = 0; turn < 3; turn += 1) {
      for (const answer of answers.splice(0)) answer()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(asked).toEqual([0, 500, 1_000, 9_000])
    expect(cache.row(9_001)?.cells).toEqual(['9001'])
    cache.want(9_000, 9_040, 10_000)
    expect(asked).toHaveLength(4)
  })

  test('grow with the result, and keep the same row object while they do not change', async () => {
    const cache = new WindowCache(async (from, count) => ({
      rows: Array.from({ length: count }, (_, row) => [String(from + row)]),
      clipped: [[1, 0]],
    }))
    const settled = () => new Promise((resolve) => setImmediate(resolve))
    cache.want(0, 40, 3)
    await settled()
    expect(cache.row(3)).toBeNull()
    cache.want(0, 40, 250)
    await settled()
    expect(cache.row(3)?.cells).toEqual(['3'])
    expect([cache.row(0)?.clipped, cache.row(1)?.clipped]).toEqual([[], [0]])
    const before = cache.row(1)
    cache.want(0, 120, 250)
    await settled()
    expect(cache.row(1)).toBe(before)
  })

  test('that fail are asked for again only when a person wants it', async () => {
    let broken = true
    let asked = 0
    const cache = new WindowCache(async () => {
      asked += 1
      if (broken) throw new Error('gone')
      return { rows: [['1']], clipped: [] }
    })
    const settled = () => new Promise((resolve) => setImmediate(resolve))
    cache.want(0, 1, 1)
    await settled()
    cache.want(0, 1, 1)
    expect([asked, cache.error]).toEqual([1, new Error('gone')])
    broken = false
    cache.retry()
    await settled()
    expect([cache.error, cache.row(0)?.cells]).toEqual([null, ['1']])
  })
})

describe('cells are copied', () => {
  const columns = [
    { name: 'id', type: 'bigint', align: 'right' },
    { name: 'Note', type: 'text', align: 'left' },
    { name: 'ok', type: 'boolean', align: 'left' },
  ] as const
  const rows = [
    ['9007199254740993', "it's | a\\b", 't'],
    ['NaN', null, 'f'],
  ]

  test.each<[CopyFormat, string]>([
    ['tsv', "9007199254740993\tit's | a\\b\tt\nNaN\t\tf"],
    ['tsv-heads', "id\tNote\tok\n9007199254740993\tit's | a\\b\tt\nNaN\t\tf"],
    ['csv', "id,Note,ok\n9007199254740993,it's | a\\b,t\nNaN,,f"],
    ['json', '[\n  {"id": 9007199254740993, "Note": "it\'s | a\\\\b", "ok": true},\n  {"id": "NaN", "Note": null, "ok": false}\n]'],
    ['markdown', "| id | Note | ok |\n| --: | --- | --- |\n| 9007199254740993 | it's \\| a\\\\b | t |\n| NaN |  | f |"],
    [
      'insert',
      `INSERT INTO table_name (id, "Note", ok) VALUES (9007199254740993, E'it''s | a\\\\b', 't');\nINSERT INTO table_name (id, "Note", ok) VALUES ('NaN', NULL, 'f');`,
    ],
    ['in-list', "(9007199254740993, E'it''s | a\\\\b', 't', 'NaN', 'f')"],
  ])('as %s', (format, text) => {
    expect(written(format, columns, rows)).toBe(text)
  })

  test('as INSERT with a name in quotes where it is a key word', () => {
    const named = ['limit', 'order', 'name'].map((name) => ({ name, type: 'text' }))
    expect(written('insert', named, [['1', '2', '3']])).toContain('("limit", "order", name)')
  })

  test('in every way that is offered, also when there is nothing', () => {
    for (const format of copyFormats) expect(written(format, columns, [])).not.toContain('undefined')
  })
})
