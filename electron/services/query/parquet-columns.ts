import type { SchemaElement } from 'hyparquet'
import type { ResultColumn } from '#shared/model/query.ts'
import { DAY_MICROSECONDS, daysSince1970 } from './calendar.ts'

/** Which type of Parquet a column gets, and how the server's text becomes a value of it without losing anything. Pure. */

export type ParquetValue = boolean | number | bigint | string | Uint8Array

export interface ParquetColumn {
  readonly element: SchemaElement
  /** Of the server's text; null: a value that this type cannot hold. */
  value(text: string): ParquetValue | null
}

export function parquetColumn(name: string, { typeOid, type }: ResultColumn): ParquetColumn {
  const shape = shapes.get(typeOid) ?? decimal(type) ?? text
  return { element: { name, repetition_type: 'OPTIONAL', ...shape.element }, value: shape.value }
}

interface Shape {
  readonly element: Omit<SchemaElement, 'name'>
  value(text: string): ParquetValue | null
}

const text: Shape = { element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, value: (value) => value }
const int32: Shape = { element: { type: 'INT32' }, value: Number }
const int64: Shape = { element: { type: 'INT64' }, value: BigInt }

/** NaN, Infinity and -Infinity are written alike in both languages. */
const float: Shape = { element: { type: 'FLOAT' }, value: Number }
const double: Shape = { element: { type: 'DOUBLE' }, value: Number }

const bool: Shape = { element: { type: 'BOOLEAN' }, value: (value) => value === 't' }
const bytes: Shape = { element: { type: 'BYTE_ARRAY' }, value: bytesOf }
const date: Shape = { element: { type: 'INT32', converted_type: 'DATE' }, value: daysOf }

function timestamp(isAdjustedToUTC: boolean): Shape {
  return {
    element: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' } },
    value: (value) => microsecondsOf(value, isAdjustedToUTC),
  }
}

/** pg_type.dat: these oids never change. */
const shapes: ReadonlyMap<number, Shape> = new Map([
  [16, bool],
  [17, bytes],
  [20, int64],
  [21, int32],
  [23, int32],
  [26, int64],
  [700, float],
  [701, double],
  [1082, date],
  [1114, timestamp(false)],
  [1184, timestamp(true)],
])

/** Up to 38 digits, as other programs read them. A numeric without a scale has as many digits as it likes, and stays a text. */
function decimal(type: string): Shape | null {
  const found = /^numeric\((\d+),(\d+)\)$/.exec(type)
  const precision = Number(found?.[1])
  const scale = Number(found?.[2])
  if (found === null || precision > 38 || scale > precision) return null
  const storage = precision <= 18 ? ({ type: 'INT64' } as const) : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 } as const)
  return {
    element: { ...storage, converted_type: 'DECIMAL', precision, scale },
    // The server writes every digit of the scale, so that without the point it is the whole number that Parquet keeps.
    value: (value) => (/^-?\d+(\.\d+)?$/.test(value) ? BigInt(value.replace('.', '')) : null),
  }
}

function bytesOf(value: string): Uint8Array | null {
  if (value.startsWith('\\x')) return Buffer.from(value.slice(2), 'hex')
  // bytea_output = escape: printable bytes as they are, a backslash doubled, the others in octal.
  const plain = value.replace(/\\(\\|[0-3][0-7]{2})/g, (_whole, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  )
  return Buffer.from(plain, 'latin1')
}

const DATE = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/
const TIMESTAMP = /^(\d{4,7}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/
const INT64_END = 2n ** 63n

/** null: infinity, or another DateStyle than ISO. */
function daysOf(value: string): number | null {
  const found = DATE.exec(value)
  if (found === null) return null
  const [, year = '', month = '', day = '', bc] = found
  return daysSince1970(bc === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day))
}

function microsecondsOf(value: string, hasZone: boolean): bigint | null {
  const found = TIMESTAMP.exec(value)
  if (found === null || (found[6] !== undefined) !== hasZone) return null
  const [, dayText = '', hours, minutes, seconds, fraction = '', sign, zoneHours, zoneMinutes = '0', zoneSeconds = '0', bc = ''] = found
  const days = daysOf(`${dayText}${bc}`)
  if (days === null) return null
  const east =
    sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHours) * 3_600 + Number(zoneMinutes) * 60 + Number(zoneSeconds))
  const ofDay = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) - east
  const all = BigInt(days) * BigInt(DAY_MICROSECONDS) + BigInt(ofDay) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  return all >= -INT64_END && all < INT64_END ? all : null
}
