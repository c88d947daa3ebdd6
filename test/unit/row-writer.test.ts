import { describe, expect, test } from 'vitest'
import { formatsOf } from '#services/query/export-formats.ts'
import { textWriter } from '#services/query/row-writer.ts'
import type { ExportFormat } from '#shared/model/query.ts'
import { fc } from '#test/support/chance.ts'

/** Lines that are made from bytes to bytes, beside the rules of their format, which are said of texts. */

const formats = ['csv-exact', 'csv-spreadsheet', 'tsv'] as const satisfies readonly ExportFormat[]

/** What begins or ends a cell, a line or a formula in one of the formats, and characters of every length. */
const characters = [...'a1.,"\'\\-+=@;|\t\r\n\b\f\v \u00a0\ufeff\u3000＝＋－＠ä☃🐘\u2066N']
const cell = fc.oneof(
  fc.constant(null),
  fc.constantFrom('', '\\N', '\\.', 'NULL', '=1+1', '-5', '""', ' '),
  fc.array(fc.constantFrom(...characters), { maxLength: 6 }).map((parts) => parts.join('')),
)

describe.each(formats)('%s', (format) => {
  test('is the same from the bytes of any rows as the rules say of their texts', async () => {
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 4 }))
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        expect(await fromBytes(format, rows)).toBe(fromTexts(format, rows))
      }),
      { numRuns: 400 },
    )
  })

  test('keeps every byte of rows whose cells are long, whatever stands around them', async () => {
    const long = (length: number) => `${'x'.repeat(length - 1)}y`
    const rows = [
      Array.from({ length: 9 }, (_, index) => long(1_000_000 + index)),
      [...Array.from({ length: 3 }, () => '"\\'.repeat(100_000)), null, '', long(1_500_000), 'end'],
      Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? null : ' ')),
    ]
    const bytes = await fromBytes(format, rows)
    // Compared as a whole: a failure would print megabytes.
    expect(bytes === fromTexts(format, rows)).toBe(true)
  })

  test('shows the bytes of what is no text in hex, wherever in the cell they are', async () => {
    const cells = [Buffer.from([0x61, 0xe9, 0x62]), Buffer.from([0xe9]), Buffer.from('ä')]
    const writer = textWriter(columnsOf(3), format)
    writer.row(bodyOf(cells), 0)
    const [, line] = (await writer.end()).toString().split('\n')
    const hex = format === 'tsv' ? ['\\\\x61e962', '\\\\xe9'] : ['\\x61e962', '\\xe9']
    expect(line?.trimEnd().split(/[\t,]/)).toEqual([...hex, 'ä'])
  })
})

async function fromBytes(format: (typeof formats)[number], rows: readonly (readonly (string | null)[])[]): Promise<string> {
  const writer = textWriter(columnsOf(rows[0]?.length ?? 1), format)
  for (const [index, row] of rows.entries()) writer.row(bodyOf(row.map((text) => (text === null ? null : Buffer.from(text)))), index)
  return (await writer.end()).toString()
}

function fromTexts(format: (typeof formats)[number], rows: readonly (readonly (string | null)[])[]): string {
  const { head, row, foot } = formatsOf(columnsOf(rows[0]?.length ?? 1))[format]
  return `${head}${rows.map((cells, index) => row(cells, index === 0)).join('')}${foot}`
}

/** Every other one is a number, before which no apostrophe is put. */
function columnsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({ name: `"c,${index}`, type: '', typeOid: index % 2 === 0 ? 25 : 1700 }))
}

function bodyOf(cells: readonly (Buffer | null)[]): Buffer {
  const parts = cells.flatMap((bytes) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(bytes?.length ?? -1)
    return bytes === null ? [length] : [length, bytes]
  })
  const count = Buffer.alloc(2)
  count.writeUInt16BE(cells.length)
  return Buffer.concat([count, ...parts])
}
