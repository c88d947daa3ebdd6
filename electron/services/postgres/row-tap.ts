/**
 * Cuts the bytes of a socket into protocol messages and takes the rows out. A message is its type (one byte), its length
 * (four bytes, counting themselves) and its body; a chunk may end anywhere.
 */

export interface TapOutlets {
  /** The body of one DataRow. The bytes are only lent. */
  row(body: Uint8Array): void
  /** One or more whole messages of other types, as they came. */
  other(messages: Buffer): void
  /** ReadyForQuery and everything behind it in the chunk. Nothing is called after it. */
  ready(messages: Buffer): void
}

/** Bytes that are no messages of PostgreSQL, or one that is too long to be believed. */
export class WireFault extends Error {
  readonly fault: 'unreadable' | 'too-long'

  constructor(fault: 'unreadable' | 'too-long') {
    super(
      fault === 'too-long'
        ? 'The server sent a message that is too long.'
        : 'The server sent something that is not the protocol of PostgreSQL.',
    )
    this.name = 'WireFault'
    this.fault = fault
  }
}

/** PostgreSQL makes no row above 1 GiB. Other messages (errors, notices, descriptions) are small. */
const MAX_ROW_BYTES = 0x40000000
const MAX_OTHER_BYTES = 64 * 1024 * 1024

const DATA_ROW = 0x44
const READY_FOR_QUERY = 0x5a
const HEADER_BYTES = 5

export class RowTap {
  readonly #outlets: TapOutlets
  /** The beginning of a message that has not come whole, in pieces: nothing is allocated on the word of a length. */
  #pieces: Buffer[] = []
  #piecesBytes = 0
  #wantedBytes = HEADER_BYTES
  #done = false

  constructor(outlets: TapOutlets) {
    this.#outlets = outlets
  }

  /** @throws WireFault */
  push(chunk: Buffer): void {
    if (this.#done) throw new WireFault('unreadable')
    const rest = this.#piecesBytes > 0 ? this.#complete(chunk) : chunk
    if (rest !== null && rest.length > 0) this.#cut(rest)
  }

  /** Puts the begun message together and hands it on; the rest of the chunk is cut where it lies. null: it is still not whole. */
  #complete(chunk: Buffer): Buffer | null {
    let at = 0
    for (;;) {
      const taken = Math.min(chunk.length - at, this.#wantedBytes - this.#piecesBytes)
      if (taken > 0) this.#pieces.push(chunk.subarray(at, at + taken))
      this.#piecesBytes += Math.max(0, taken)
      at += Math.max(0, taken)
      if (this.#piecesBytes < this.#wantedBytes) return null
      const begun = Buffer.concat(this.#pieces, this.#piecesBytes)
      this.#pieces = []
      this.#piecesBytes = 0
      // What follows the end goes along with it.
      const ends = begun[0] === READY_FOR_QUERY && begun.length > HEADER_BYTES
      this.#cut(ends ? Buffer.concat([begun, chunk.subarray(at)]) : begun)
      if (this.#done) return null
      // Of a header alone, the length is known now.
      if (this.#piecesBytes === 0) return chunk.subarray(at)
    }
  }

  #cut(bytes: Buffer): void {
    let at = 0
    /** Where the run of other messages began that has not been handed on yet. */
    let runStart = 0
    while (bytes.length - at >= HEADER_BYTES) {
      const type = bytes[at]
      const length = bytes.readInt32BE(at + 1)
      if (length < 4) throw new WireFault('unreadable')
      if (length > (type === DATA_ROW ? MAX_ROW_BYTES : MAX_OTHER_BYTES)) throw new WireFault('too-long')
      const end = at + 1 + length
      if (end > bytes.length) {
        this.#keep(bytes, at, runStart, end - at)
        return
      }
      if (type === DATA_ROW) {
        if (runStart < at) this.#outlets.other(bytes.subarray(runStart, at))
        this.#outlets.row(bytes.subarray(at + HEADER_BYTES, end))
        runStart = end
      } else if (type === READY_FOR_QUERY) {
        if (runStart < at) this.#outlets.other(bytes.subarray(runStart, at))
        this.#done = true
        this.#outlets.ready(bytes.subarray(at))
        return
      }
      at = end
    }
    this.#keep(bytes, at, runStart, HEADER_BYTES)
  }

  #keep(bytes: Buffer, at: number, runStart: number, wantedBytes: number): void {
    if (runStart < at) this.#outlets.other(bytes.subarray(runStart, at))
    this.#wantedBytes = wantedBytes
    if (at === bytes.length) return
    this.#pieces = [bytes.subarray(at)]
    this.#piecesBytes = bytes.length - at
  }
}
