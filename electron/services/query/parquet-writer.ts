import type { Worker } from 'node:worker_threads'
import { startThread } from '#services/threads.ts'
import { invalid } from '#shared/contract/errors.ts'
import type { ResultColumn } from '#shared/model/query.ts'
import type { RowWriter } from './row-writer.ts'

/** Rows of the wire for the thread that makes Parquet of them. */

export type ToParquet =
  /** DataRow bodies one behind the other, and where each ends. */
  { readonly kind: 'rows'; readonly bytes: ArrayBuffer; readonly ends: readonly number[] } | { readonly kind: 'end' }

/** One for each message, in order. */
export type FromParquet =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'refused'; readonly sentence: string }

const PART_BYTES = 1024 * 1024

export class ParquetWriter implements RowWriter {
  readonly #worker: Worker
  readonly #waiting: { resolve(bytes: Buffer): void; reject(error: Error): void }[] = []
  #rows = Buffer.allocUnsafeSlow(PART_BYTES)
  #length = 0
  #ends: number[] = []
  #failure: Error | null = null

  constructor(columns: readonly ResultColumn[]) {
    this.#worker = startThread('parquet-worker', columns)
    this.#worker.on('message', (message: FromParquet) => {
      const waiting = this.#waiting.shift()
      if (message.kind === 'refused') waiting?.reject(invalid(message.sentence))
      else waiting?.resolve(Buffer.from(message.bytes.buffer))
    })
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#fail(new Error('The thread that makes Parquet ended.')))
  }

  get full(): boolean {
    return this.#length >= PART_BYTES
  }

  row(body: Buffer): void {
    const end = this.#length + body.length
    if (end > this.#rows.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#rows.length))
      larger.set(this.#rows.subarray(0, this.#length))
      this.#rows = larger
    }
    this.#rows.set(body, this.#length)
    this.#length = end
    this.#ends.push(end)
  }

  take(): Promise<Buffer> {
    const bytes = this.#rows.buffer
    const sent = this.#send({ kind: 'rows', bytes, ends: this.#ends }, [bytes])
    this.#rows = Buffer.allocUnsafeSlow(PART_BYTES)
    this.#length = 0
    this.#ends = []
    return sent
  }

  async end(): Promise<Buffer> {
    const [last, foot] = await Promise.all([this.take(), this.#send({ kind: 'end' }, [])])
    return Buffer.concat([last, foot])
  }

  async dispose(): Promise<void> {
    await this.#worker.terminate()
  }

  #send(message: ToParquet, given: readonly ArrayBuffer[]): Promise<Buffer> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(message, given)
    })
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
  }
}
