import { parentPort, workerData } from 'node:worker_threads'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { ResultColumn } from '#shared/model/query.ts'
import { cellsOf } from './data-row.ts'
import { uniqueNames } from './export-formats.ts'
import { type ParquetColumn, type ParquetValue, parquetColumn } from './parquet-columns.ts'
import type { FromParquet, ToParquet } from './parquet-writer.ts'
import { MAX_VALUE_BYTES, tooLongSentence } from './value-limit.ts'

/** Makes Parquet in a thread of its own, a row group at a time: encoding and compressing one takes longer than a window should wait. */

const port = parentPort
if (port === null) throw new Error('This file runs as a worker.')

/** What is in memory of a file: texts take some times as much as they did on the wire. */
const GROUP_BYTES = 16 * 1024 * 1024
const GROUP_ROWS = 100_000

const columns = workerData as readonly ResultColumn[]
const names = uniqueNames(columns.map(({ name }) => name))
const shapes: readonly ParquetColumn[] = columns.map((column, index) => parquetColumn(names[index] ?? '', column))
const bytes = new ByteWriter()
const parquet = new ParquetWriter({
  writer: bytes,
  schema: [{ name: 'root', num_children: shapes.length }, ...shapes.map(({ element }) => element)],
  createdBy: 'Plumbline',
})
let group: (ParquetValue | null)[][] = shapes.map(() => [])
let groupRows = 0
let groupBytes = 0
let rowNumber = 0

port.on('message', (message: ToParquet) => {
  const answer = answerTo(message)
  port.postMessage(answer, answer.kind === 'bytes' ? [answer.bytes.buffer] : [])
})

function answerTo(message: ToParquet): FromParquet {
  if (message.kind === 'rows') {
    const rows = Buffer.from(message.bytes)
    for (let index = 0, from = 0; index < message.ends.length; index += 1) {
      const end = message.ends[index] ?? 0
      const refusal = add(rows.subarray(from, end))
      if (refusal !== null) return { kind: 'refused', sentence: refusal }
      from = end
    }
  } else {
    closeGroup()
    void parquet.finish()
  }
  const made = Uint8Array.from(bytes.getBytes())
  bytes.index = 0
  return { kind: 'bytes', bytes: made }
}

/** Why the row cannot be written; null: it is. */
function add(body: Buffer): string | null {
  rowNumber += 1
  for (const [index, cell] of cellsOf(body).entries()) {
    const shape = shapes[index]
    if (shape === undefined) continue
    const name = columns[index]?.name ?? ''
    if (cell !== null && cell.length > MAX_VALUE_BYTES) return tooLongSentence(cell.length, rowNumber - 1, name)
    const value = cell === null ? null : shape.value(cell.toString('utf8'))
    if (cell !== null && value === null)
      return `The value of "${name}" in row ${rowNumber} is ${cell.toString('utf8', 0, 40)}, which Parquet has no ${columns[index]?.type ?? 'type'} for. Cast the column to text, or save it as CSV.`
    group[index]?.push(value)
  }
  groupRows += 1
  groupBytes += body.length
  if (groupRows >= GROUP_ROWS || groupBytes >= GROUP_BYTES) closeGroup()
  return null
}

function closeGroup(): void {
  if (groupRows === 0) return
  void parquet.write({ columnData: group.map((data, index) => ({ name: names[index] ?? '', data })), rowGroupSize: groupRows })
  group = shapes.map(() => [])
  groupRows = 0
  groupBytes = 0
}
