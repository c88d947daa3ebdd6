import { setFlagsFromString } from 'node:v8'
import type { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { startThread } from '#services/threads.ts'
import type { ParsedStatement } from './script.ts'

/** The parser's thread, started at its first use. */
export class SqlParser {
  readonly #waiting = new Map<number, { resolve(parsed: readonly ParsedStatement[] | null): void; reject(error: Error): void }>()
  #worker: Worker | null = null
  #lastId = 0

  /** null: the parser does not read it. */
  parse(sql: string): Promise<readonly ParsedStatement[] | null> {
    const worker = this.#start()
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, sql })
    })
  }

  async dispose(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker
    // V8 compiles what runs often a second time, to run faster. The parser is one function so large that this takes 550 MB for
    // half a second, whichever thread runs it; nothing else here is WebAssembly. What the last of these implies is not set at run time.
    for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--liftoff-only']) setFlagsFromString(flag)
    const worker = startThread('sql-parser-worker')
    worker.unref()
    worker.on('message', (message: unknown) => {
      const { id, parsed, broken } = Answer.parse(message)
      this.#waiting.get(id)?.resolve(parsed as readonly ParsedStatement[] | null)
      this.#waiting.delete(id)
      // A text that went too deep for it: the next one has a new parser. Whoever waits meanwhile is answered by this one.
      if (broken && this.#waiting.size === 0) void this.dispose()
    })
    worker.on('messageerror', (error) => this.#failAll(worker, error))
    worker.on('error', (error) => this.#failAll(worker, error))
    worker.on('exit', () => this.#failAll(worker, new Error('The parser ended.')))
    this.#worker = worker
    return worker
  }

  /** Of one that was given up, nobody waits any more. */
  #failAll(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(cause instanceof Error ? cause : new Error('The parser ended.'))
    this.#waiting.clear()
  }
}

const Answer = z.object({ id: z.int(), parsed: z.unknown(), broken: z.boolean() })
