import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log, LogFields } from '#services/platform.ts'
import { AppError } from '#shared/contract/errors.ts'
import { redact } from './redaction.ts'

/** The log file: one JSON object a line, for its owner only, in two files of bounded size. */

export interface FileLogOptions {
  /** When the file is longer than this, it becomes `<name>.1.jsonl`. */
  readonly maxBytes?: number
  /** Of the file, without its ending. A program that runs beside the window has its own, so that neither renames the other's. */
  readonly name?: string
  readonly now?: () => Date
}

export class FileLog implements Log {
  readonly file: string
  readonly #olderFile: string
  readonly #maxBytes: number
  readonly #now: () => Date
  #sizeBytes: number

  constructor(dataFolder: string, options: FileLogOptions = {}) {
    const folder = join(dataFolder, 'log')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const name = options.name ?? 'plumbline'
    this.file = join(folder, `${name}.jsonl`)
    this.#olderFile = join(folder, `${name}.1.jsonl`)
    this.#maxBytes = options.maxBytes ?? 5 * 1024 * 1024
    this.#now = options.now ?? (() => new Date())
    this.#sizeBytes = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0
  }

  info(event: string, fields: LogFields = {}): void {
    this.#write({ level: 'info', event, ...fields })
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#write({ level: 'warn', event, ...fields })
  }

  error(event: string, error: unknown, fields: LogFields = {}): string {
    const id = randomBytes(4).toString('hex')
    this.#write({ level: 'error', event, id, ...fields, error: describe(error) })
    return id
  }

  #write(entry: object): void {
    const line = `${JSON.stringify({ at: this.#now().toISOString(), ...entry }, (_, value) => (typeof value === 'string' ? short(value) : value))}\n`
    try {
      if (this.#sizeBytes + line.length > this.#maxBytes) this.#rotate()
      appendFileSync(this.file, line, { mode: 0o600 })
      this.#sizeBytes += Buffer.byteLength(line)
    } catch {
      // A full or vanished disk must not take the app with it, and there is nowhere left to say so.
    }
  }

  #rotate(): void {
    if (this.#sizeBytes > 0) renameSync(this.file, this.#olderFile)
    this.#sizeBytes = 0
  }
}

/** SECURITY: first without secrets, then short. Of a connection string that is cut, nothing tells any more that it holds a password. */
function short(text: string): string {
  return redact(text.slice(0, LOOKED_AT_CHARACTERS)).slice(0, LONGEST_CHARACTERS)
}

/** Of one field: an event says what happened, it does not quote. */
const LONGEST_CHARACTERS = 500
/** So much longer than what is written that a secret which begins there ends here: a password has up to 1,024 bytes. */
const LOOKED_AT_CHARACTERS = 8_000

interface ErrorRecord {
  readonly name: string
  readonly code: string | null
  readonly message: string | null
  readonly frames: readonly string[]
  readonly cause: ErrorRecord | null
}

/** Errors whose messages are about the program. Others may quote input, SQL or a row (a server error does), so only their name and code are kept. */
const ownMessages = new Set(['TypeError', 'RangeError', 'ReferenceError', 'AppError'])

function describe(error: unknown, depth = 0): ErrorRecord {
  if (!(error instanceof Error)) return { name: typeof error, code: null, message: null, frames: [], cause: null }
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? String(error.code) : null
  const quotable = error instanceof AppError || ownMessages.has(error.name) || 'syscall' in error
  return {
    name: error.name,
    code,
    message: quotable ? error.message : null,
    frames: framesOf(error),
    cause: error.cause === undefined || depth === 3 ? null : describe(error.cause, depth + 1),
  }
}

/** The stack without its first lines, which repeat the message. */
function framesOf(error: Error): readonly string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
}
