import { DAY_MICROSECONDS, daysSince1970 } from './calendar.ts'
import type { ValueKind } from './value-kinds.ts'

/**
 * What a value is ordered by: two numbers, the second of which decides where the first are equal. Read from the text that the
 * server wrote, byte by byte: a million values take some hundred milliseconds.
 */
export interface ValueReader {
  /** false: this is no value of the kind, as where another DateStyle was set. */
  read(bytes: Buffer, start: number, end: number): boolean
  /** Of what was read last. */
  high: number
  low: number
  /** The two numbers say it all: what has the same ones is equal. */
  exact: boolean
}

/** Of a timestamp with a zone, the time that it shows is read: that of a person who names no zone. */
export interface ReaderOptions {
  readonly asShown?: boolean
}

/** null: by its text alone. */
export function readerOf(kind: ValueKind, options: ReaderOptions = {}): ValueReader | null {
  switch (kind) {
    case 'number':
      return new NumberReader(false)
    case 'float':
      return new NumberReader(true)
    case 'money':
      return new MoneyReader()
    case 'boolean':
      return new BooleanReader()
    case 'date':
    case 'timestamp':
      return new TimeReader(options.asShown === true)
    case 'timetz':
      return new TimeOfDayReader()
    case 'interval':
      return new IntervalReader()
    case 'text':
    case 'other':
      return null
    default:
      return kind satisfies never
  }
}

/** Digits that a double holds, whichever they are. */
const SAFE_DIGITS = 15
/** Powers of ten that a double holds. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))

class NumberReader implements ValueReader {
  high = 0
  low = 0
  exact = true
  readonly #float: boolean

  /** A float is a double itself, so that a double says all of it. */
  constructor(float: boolean) {
    this.#float = float
  }

  read(bytes: Buffer, start: number, end: number): boolean {
    const negative = bytes[start] === MINUS
    let [number, digits, scale, dotted] = [0, 0, 0, false]
    for (let at = negative ? start + 1 : start; at < end; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte >= ZERO && byte <= NINE) {
        if (digits > 0 || byte !== ZERO) digits += 1
        number = number * 10 + byte - ZERO
        if (dotted) scale += 1
      } else if (byte === DOT && !dotted) dotted = true
      else return this.#slow(bytes, start, end)
    }
    if (end === start || digits > SAFE_DIGITS || scale > 22) return this.#slow(bytes, start, end)
    const value = scale === 0 ? number : number / (POWERS[scale] ?? 1)
    this.high = negative ? -value : value
    this.exact = true
    return true
  }

  #slow(bytes: Buffer, start: number, end: number): boolean {
    const text = bytes.toString('latin1', start, end)
    if (text === 'NaN') {
      // Greater than infinity, which takes a second look.
      this.high = Number.POSITIVE_INFINITY
      this.exact = false
      return true
    }
    const value = text === '' || text.startsWith('0x') ? Number.NaN : Number(text)
    if (Number.isNaN(value)) return false
    this.high = value
    this.exact = this.#float && Number.isFinite(value)
    return true
  }
}

/** `-$1,234.50`; of other countries' ways the text alone is known. */
class MoneyReader implements ValueReader {
  high = 0
  low = 0
  exact = true

  read(bytes: Buffer, start: number, end: number): boolean {
    const text = bytes.toString('latin1', start, end)
    if (!/^-?\$[\d,]+\.\d\d$/.test(text)) return false
    // As whole cents, of which a bigint has more than a double: apart above and below a million.
    const cents = BigInt(text.replace(/[$,.]/g, ''))
    this.high = Number(cents / 1_000_000n)
    this.low = Number(cents % 1_000_000n)
    return true
  }
}

class BooleanReader implements ValueReader {
  high = 0
  low = 0
  exact = true

  read(bytes: Buffer, start: number, end: number): boolean {
    const word = bytes.toString('latin1', start, end).toLowerCase()
    this.high = word === 't' || word === 'true' ? 1 : 0
    return this.high === 1 || word === 'f' || word === 'false'
  }
}

/** ISO dates and timestamps: `0044-03-15 BC`, `294276-12-31 23:59:59.999999+05:30`, `infinity`. Days, then microseconds. */
class TimeReader implements ValueReader {
  high = 0
  low = 0
  exact = true
  readonly #asShown: boolean
  #at = 0

  constructor(asShown: boolean) {
    this.#asShown = asShown
  }

  read(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start] ?? 0
    if (first < ZERO || first > NINE) return this.#infinity(bytes.toString('latin1', start, end))
    this.#at = start
    const year = this.#number(bytes, end)
    if (this.#at - start < 4 || bytes[this.#at] !== MINUS) return false
    this.#at += 1
    const month = this.#number(bytes, end)
    if (bytes[this.#at] !== MINUS) return false
    this.#at += 1
    const day = this.#number(bytes, end)
    let micros = 0
    if (this.#at < end && (bytes[this.#at] === BLANK || bytes[this.#at] === LETTER_T) && bytes[this.#at + 1] !== LETTER_B) {
      this.#at += 1
      micros = this.#timeOfDay(bytes, end)
    }
    const before = this.#at < end && bytes.toString('latin1', this.#at, end) === ' BC'
    if (Number.isNaN(micros) || (this.#at < end && !before) || month < 1 || month > 12 || day < 1 || day > 31) return false
    const days = daysSince1970(before ? 1 - year : year, month, day)
    const over = Math.floor(micros / DAY_MICROSECONDS)
    this.high = days + over
    this.low = micros - over * DAY_MICROSECONDS
    return true
  }

  #infinity(text: string): boolean {
    this.low = 0
    this.high = text === 'infinity' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    return text === 'infinity' || text === '-infinity'
  }

  /** Microseconds, without the zone; NaN: it is none. */
  #timeOfDay(bytes: Buffer, end: number): number {
    const hours = this.#number(bytes, end)
    if (bytes[this.#at] !== COLON) return Number.NaN
    this.#at += 1
    const minutes = this.#number(bytes, end)
    let seconds = 0
    let fraction = 0
    if (bytes[this.#at] === COLON && this.#at < end) {
      this.#at += 1
      seconds = this.#number(bytes, end)
      if (bytes[this.#at] === DOT && this.#at < end) {
        this.#at += 1
        const from = this.#at
        fraction = this.#number(bytes, end) * 10 ** (6 - Math.min(6, this.#at - from))
      }
    }
    let offset = 0
    const sign = bytes[this.#at]
    if (this.#at < end && (sign === PLUS || sign === MINUS)) {
      for (const unit of [3_600, 60, 1]) {
        this.#at += 1
        offset += this.#number(bytes, end) * unit
        if (this.#at >= end || bytes[this.#at] !== COLON) break
      }
      if (sign === MINUS) offset = -offset
    }
    return (hours * 3_600 + minutes * 60 + seconds - (this.#asShown ? 0 : offset)) * 1_000_000 + fraction
  }

  #number(bytes: Buffer, end: number): number {
    let number = 0
    for (; this.#at < end; this.#at += 1) {
      const byte = bytes[this.#at] ?? 0
      if (byte < ZERO || byte > NINE) break
      number = number * 10 + byte - ZERO
    }
    return number
  }
}

/** A time with a zone: by the moment, then by the zone, the eastern first (timetz_cmp). */
class TimeOfDayReader implements ValueReader {
  high = 0
  low = 0
  exact = true

  read(bytes: Buffer, start: number, end: number): boolean {
    const match = TIME_AND_ZONE.exec(bytes.toString('latin1', start, end))
    if (match === null) return false
    const [, hours, minutes, seconds, sign, zoneHours, zoneMinutes = 0, zoneSeconds = 0] = match
    const east = (Number(zoneHours) * 3_600 + Number(zoneMinutes) * 60 + Number(zoneSeconds)) * (sign === '-' ? -1 : 1)
    this.high = Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) - east) * 1_000_000)
    this.low = -east
    return true
  }
}

const TIME_AND_ZONE = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/

/** `1 year 2 mons -3 days 04:05:06.7`: a month counts as 30 days, a day as 24 hours, as PostgreSQL compares them. */
class IntervalReader implements ValueReader {
  high = 0
  low = 0
  exact = true

  read(bytes: Buffer, start: number, end: number): boolean {
    const text = bytes.toString('latin1', start, end)
    if (text === 'infinity' || text === '-infinity') {
      this.high = text === 'infinity' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
      this.low = 0
      return true
    }
    const match = INTERVAL.exec(text)
    if (match === null || text === '') return false
    const [, years = 0, months = 0, days = 0, sign, hours = 0, minutes = 0, seconds = '0'] = match
    const wholeSeconds = Number(hours) * 3_600 + Number(minutes) * 60 + Math.floor(Number(seconds))
    const micros = wholeSeconds * 1_000_000 + Number((seconds.split('.')[1] ?? '').padEnd(6, '0'))
    const signed = sign === '-' ? -micros : micros
    const over = Math.floor(signed / DAY_MICROSECONDS)
    this.high = (Number(years) * 12 + Number(months)) * 30 + Number(days) + over
    this.low = signed - over * DAY_MICROSECONDS
    return true
  }
}

const INTERVAL = /^(?:(-?\d+) years?)? ?(?:(-?\d+) mons?)? ?(?:([+-]?\d+) days?)? ?(?:([+-]?)(\d+):(\d\d):(\d\d(?:\.\d+)?))?$/

const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e
const MINUS = 0x2d
const PLUS = 0x2b
const COLON = 0x3a
const BLANK = 0x20
const LETTER_T = 0x54
const LETTER_B = 0x42
