/**
 * Rows of the wire as exact CSV, from bytes to bytes: a cell is copied while it is looked at, and only one with something in
 * it that must be quoted becomes a string on the way. The rules are those of export-formats.ts, which a test holds it to.
 */
export class CsvBytes {
  #out = Buffer.allocUnsafeSlow(ROOM_BYTES)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** `body` of a DataRow. `quoted`: the cell at these bytes, as it must be written. @throws what `quoted` throws */
  row(body: Buffer, quoted: (cell: Buffer, column: number) => string): void {
    // Quotes at both ends, and every byte twice at the worst; separators are less than the lengths that they replace.
    this.#makeRoom(Math.min(body.length, 2 * MOST_COPIED) * 2 + 16)
    const count = body.readUInt16BE(0)
    let at = 2
    for (let column = 0; column < count && at + 4 <= body.length; column += 1) {
      const length = Math.min(body.readInt32BE(at), body.length - at - 4)
      at += 4
      if (column > 0) this.#put(COMMA)
      if (length < 0) continue
      // SECURITY: longer than anything that is copied byte by byte; whoever makes the text says that it is too long.
      if (length > MOST_COPIED || !this.#copied(body, at, at + length)) this.#text(quoted(body.subarray(at, at + length), column))
      at += length
    }
    this.#put(CARRIAGE_RETURN)
    this.#put(LINE_FEED)
  }

  /** Given away: whoever writes it to a file may take its time. */
  take(): Buffer {
    const bytes = this.#out.subarray(0, this.#length)
    this.#out = Buffer.allocUnsafeSlow(ROOM_BYTES)
    this.#length = 0
    return bytes
  }

  /** false: it is empty, or holds what may have to be quoted. */
  #copied(body: Buffer, from: number, to: number): boolean {
    if (from === to || isEdge(body[from] ?? 0) || isEdge(body[to - 1] ?? 0)) return false
    const out = this.#out
    let length = this.#length
    for (let at = from; at < to; at += 1) {
      const byte = body[at] ?? 0
      if (byte === QUOTE || byte === COMMA || byte === CARRIAGE_RETURN || byte === LINE_FEED) return false
      out[length] = byte
      length += 1
    }
    this.#length = length
    return true
  }

  #text(text: string): void {
    this.#makeRoom(text.length * 3)
    this.#length += this.#out.write(text, this.#length, 'utf8')
  }

  #put(byte: number): void {
    if (this.#length === this.#out.length) this.#makeRoom(1)
    this.#out[this.#length] = byte
    this.#length += 1
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return
    const larger = Buffer.allocUnsafeSlow((this.#length + bytes) * 2)
    larger.set(this.#out.subarray(0, this.#length))
    this.#out = larger
  }
}

/** A blank, or a byte of a character that may be one. */
function isEdge(byte: number): boolean {
  return byte <= 0x20 || byte >= 0x80
}

const ROOM_BYTES = 384 * 1024
const MOST_COPIED = 1024 * 1024
const QUOTE = 0x22
const COMMA = 0x2c
const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a
