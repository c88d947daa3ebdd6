import { WireFault } from './row-tap.ts'

/**
 * Watches the messages that go to the driver, which believes each of them: for one of 4 GiB, or a negative one, it would wait for ever
 * and keep all that comes; it keeps every row of a statement, however many a server makes up; and over an error or a notice that does
 * not end as it should, its loop never ends, and the whole program stands still.
 */
export class WireFrames {
  #limitBytes = LOGIN_LIMIT_BYTES
  /** The part of a header that has come, when a chunk ended in it. */
  #head = Buffer.alloc(0)
  /** Of the message that is under way. */
  #leftBytes = 0
  #rowBytes = 0
  /** The body of an error or a notice that is under way, in pieces; null: of another message. */
  #fields: Buffer[] | null = null

  /** What comes at a login is small. */
  loggedIn(): void {
    this.#limitBytes = MESSAGE_LIMIT_BYTES
  }

  /** @throws WireFault */
  watch(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#leftBytes > 0) {
        const here = Math.min(this.#leftBytes, chunk.length - at)
        this.#fields?.push(chunk.subarray(at, at + here))
        this.#leftBytes -= here
        at += here
        if (this.#leftBytes === 0) this.#end()
        continue
      }
      const head = chunk.subarray(at, at + HEADER_BYTES - this.#head.length)
      at += head.length
      this.#head = Buffer.concat([this.#head, head])
      if (this.#head.length < HEADER_BYTES) return
      this.#begin(this.#head[0] ?? 0, this.#head.readInt32BE(1))
      this.#head = Buffer.alloc(0)
    }
  }

  #begin(type: number, length: number): void {
    if (length < LENGTH_BYTES) throw new WireFault('unreadable')
    if (length > this.#limitBytes) throw new WireFault('too-long')
    this.#leftBytes = length - LENGTH_BYTES
    this.#fields = type === ERROR || type === NOTICE ? [] : null
    if (this.#leftBytes === 0) this.#end()
    if (type === READY_FOR_QUERY) this.#rowBytes = 0
    if (type !== DATA_ROW) return
    this.#rowBytes += length
    if (this.#rowBytes > ROWS_LIMIT_BYTES) throw new WireFault('too-long')
  }

  #end(): void {
    const fields = this.#fields
    this.#fields = null
    if (fields !== null && !endsAsFieldsDo(Buffer.concat(fields))) throw new WireFault('unreadable')
  }
}

/** Each field is a letter and a text up to a NUL; a NUL in place of a letter is the end. */
function endsAsFieldsDo(body: Buffer): boolean {
  let at = 0
  while (at < body.length) {
    if (body[at] === 0) return true
    const end = body.indexOf(0, at + 1)
    if (end === -1) return false
    at = end + 1
  }
  return false
}

const HEADER_BYTES = 5
const LENGTH_BYTES = 4
const DATA_ROW = 0x44
const READY_FOR_QUERY = 0x5a
const ERROR = 0x45
const NOTICE = 0x4e

const LOGIN_LIMIT_BYTES = 1024 * 1024
/** As the tap's for what are no rows; the driver's own rows are answers about the catalog and numbers of a validation. */
const MESSAGE_LIMIT_BYTES = 64 * 1024 * 1024
/** Of one statement whose rows the driver keeps. The catalog of 10,000 tables is a hundredth of it. */
const ROWS_LIMIT_BYTES = 256 * 1024 * 1024
