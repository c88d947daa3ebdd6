import { isUtf8 } from 'node:buffer'

/**
 * Rows of the wire as lines of text, from bytes to bytes: a cell is copied while it is looked at, and only one with something in it that
 * must be written otherwise becomes a string on the way. The rules are those of export-formats.ts, which a test holds it to.
 */

export interface LineRules {
  readonly separator: number
  readonly lineEnd: Uint8Array
  readonly null: Uint8Array
  /** By byte; other than 0: a cell that has it is written otherwise. Nothing from 0x80 on: those are parts of characters. */
  readonly awkward: Uint8Array
  /** By byte; other than 0: so is one that begins or ends with it. null: any may; otherwise an empty cell is written otherwise as well. */
  readonly edges: Uint8Array | null
}

export class RowBytes {
  readonly #rules: LineRules
  #out = Buffer.allocUnsafeSlow(ROOM_BYTES)
  #length = 0

  constructor(rules: LineRules) {
    this.#rules = rules
  }

  get length(): number {
    return this.#length
  }

  /** `body` of a DataRow. `written`: the cell at these bytes, as it must be written. @throws what `written` throws */
  row(body: Buffer, written: (cell: Buffer, column: number) => string): void {
    const { separator, lineEnd, null: nothing } = this.#rules
    const count = ((body[0] ?? 0) << 8) | (body[1] ?? 0)
    // What stands between the cells is less than the lengths that it replaces. Of a row that is long, room is made for a cell at a time.
    const long = body.length > MOST_COPIED
    this.#makeRoom((long ? 0 : body.length) + SPARE_BYTES)
    let at = 2
    for (let column = 0; column < count && at + 4 <= body.length; column += 1) {
      const told = ((body[at] ?? 0) << 24) | ((body[at + 1] ?? 0) << 16) | ((body[at + 2] ?? 0) << 8) | (body[at + 3] ?? 0)
      const length = Math.min(told, body.length - at - 4)
      at += 4
      if (long) this.#makeRoom(Math.min(Math.max(length, 0), MOST_COPIED) + SPARE_BYTES)
      if (column > 0) {
        this.#out[this.#length] = separator
        this.#length += 1
      }
      if (length < 0) {
        this.#put(nothing)
        continue
      }
      // SECURITY: longer than anything that is copied byte by byte; whoever makes the text says that it is too long.
      if (length > MOST_COPIED || !this.#copied(body, at, at + length)) {
        this.#text(written(body.subarray(at, at + length), column), long ? 0 : body.length - at)
      }
      at += length
    }
    this.#put(lineEnd)
  }

  /** Given away: whoever writes it to a file may take its time. */
  take(): Buffer {
    const bytes = this.#out.subarray(0, this.#length)
    this.#out = Buffer.allocUnsafeSlow(ROOM_BYTES)
    this.#length = 0
    return bytes
  }

  /** false: it must be written otherwise. */
  #copied(body: Buffer, from: number, to: number): boolean {
    const { awkward, edges } = this.#rules
    if (edges !== null && (from === to || edges[body[from] ?? 0] !== 0 || edges[body[to - 1] ?? 0] !== 0)) return false
    const out = this.#out
    let length = this.#length
    let seen = 0
    for (let at = from; at < to; at += 1) {
      const byte = body[at] ?? 0
      if (awkward[byte] !== 0) return false
      seen |= byte
      out[length] = byte
      length += 1
    }
    // A database in SQL_ASCII can hold what is no text.
    if (seen >= 0x80 && !isUtf8(body.subarray(from, to))) return false
    this.#length = length
    return true
  }

  /** `ahead`: what the rest of the row may still take. */
  #text(text: string, ahead: number): void {
    this.#makeRoom(text.length * 3 + ahead + SPARE_BYTES)
    this.#length += this.#out.write(text, this.#length, 'utf8')
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1) {
      this.#out[this.#length] = bytes[at] ?? 0
      this.#length += 1
    }
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return
    const larger = Buffer.allocUnsafeSlow((this.#length + bytes) * 2)
    larger.set(this.#out.subarray(0, this.#length))
    this.#out = larger
  }
}

const ROOM_BYTES = 384 * 1024
const MOST_COPIED = 1024 * 1024
/** For a separator, a NULL and the line's end. */
const SPARE_BYTES = 16
