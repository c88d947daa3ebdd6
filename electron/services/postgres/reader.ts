import type pg from 'pg'
import type { CompiledSql } from '#shared/sql/sql.ts'
import { isDatabaseError, PostgresError, toProblem } from './errors.ts'
import { RowTap, WireFault } from './row-tap.ts'

/**
 * The one reader of result rows. It puts a tap between the socket and the driver for the time of one statement: rows are
 * taken out as the bytes that they are, undecoded, and every other message goes on to the driver, which stays the one
 * that knows notices, parameters, notifications and errors. The driver's own way makes a string of every value, which
 * costs most of the time of a large result, and ends the process on a value of half a gigabyte.
 *
 * The statement goes by Parse, Bind, Describe, Execute without a limit, and Sync in one piece: a limit, or a cursor,
 * would keep PostgreSQL from working in parallel, and a Flush in place of Sync would leave an INSERT uncommitted.
 */

export interface RowSink {
  /** Before the first row; not called for a statement that returns none. */
  columns(columns: readonly ReadColumn[]): void
  /**
   * The body of a DataRow message: a count of columns, then a length and bytes for each (-1: null). Valid during the call only. A promise, which
   * must not reject: the socket is not read until it settles; what has come already still does.
   */
  row(body: Uint8Array): Promise<void> | null
}

export interface ReadColumn {
  readonly name: string
  readonly typeOid: number
  /** As pg_attribute.atttypmod; -1: none. */
  readonly typeModifier: number
}

/**
 * Resolves to the command tag, for example `SELECT 5` or `INSERT 0 3`; empty for an empty statement.
 * @throws PostgresError for what the server refuses, WireFault for bytes that are no protocol, or what the connection was lost with
 */
export function readStatement(client: pg.Client, statement: CompiledSql, sink: RowSink): Promise<string> {
  return new Promise((resolve, reject) => {
    client.query(new Reading(statement, sink, resolve, reject) as unknown as pg.Submittable)
  })
}

/** The parts of pg's Connection that are used; they have been there since its first versions, but stand in no types. */
interface Wire {
  readonly stream: NodeJS.ReadWriteStream & { destroy(error?: Error): void; cork?(): void; uncork?(): void }
  parse(message: { text: string }): void
  bind(message: { values: readonly (string | null)[] }): void
  describe(message: { type: 'P' }): void
  execute(message: object): void
  sync(): void
  sendCopyFail(reason: string): void
}

type ChunkListener = (chunk: Buffer) => void

/** What pg calls a Submittable: the driver hands it each message of its statement. */
class Reading {
  readonly #statement: CompiledSql
  readonly #sink: RowSink
  readonly #resolve: (commandTag: string) => void
  readonly #reject: (error: Error) => void
  #restore: () => void = () => {}
  #commandTag = ''
  #error: Error | null = null
  #described = false
  /** How many promises of the sink's are waited for. */
  #held = 0

  constructor(statement: CompiledSql, sink: RowSink, resolve: (commandTag: string) => void, reject: (error: Error) => void) {
    this.#statement = statement
    this.#sink = sink
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(wire: Wire): void {
    this.#attach(wire)
    wire.stream.cork?.()
    wire.parse({ text: this.#statement.text })
    wire.bind({ values: this.#statement.values.map((value) => (value === null ? null : String(value))) })
    wire.describe({ type: 'P' })
    wire.execute({})
    wire.sync()
    wire.stream.uncork?.()
  }

  handleRowDescription(message: { readonly fields: readonly { name: string; dataTypeID: number; dataTypeModifier: number }[] }): void {
    // SECURITY: one statement has one result. A server that says otherwise would have one made for each time it says so.
    if (this.#described) throw new WireFault('unreadable')
    this.#described = true
    this.#guarded(() =>
      this.#sink.columns(
        message.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID, typeModifier: field.dataTypeModifier })),
      ),
    )
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#commandTag = message.text
  }

  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  /** COPY … FROM STDIN has nobody here to send rows; the server then reports it as an error of the statement. */
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('Rows cannot be sent from here.')
    // While it waited for rows the server has ignored the Sync that was sent with the statement.
    wire.sync()
  }

  handleCopyData(): void {}

  handleError(error: Error): void {
    this.#error ??= isDatabaseError(error) ? new PostgresError(toProblem(error), error) : error
    // Anything but the server's own word means that no ReadyForQuery will come.
    if (!isDatabaseError(error)) this.#finish()
  }

  handleReadyForQuery(): void {}

  #attach(wire: Wire): void {
    const { stream } = wire
    const driver = stream.listeners('data') as ChunkListener[]
    const forward = (bytes: Buffer) => {
      for (const listener of driver) listener.call(stream, bytes)
    }
    const tap = new RowTap({
      row: (body) => {
        const room = this.#guarded(() => this.#sink.row(body))
        if (room !== null) this.#hold(stream, room)
      },
      other: forward,
      // The driver gets its socket back before it hears that the server is ready, because it may send the next statement at once.
      ready: (bytes) => {
        this.#restore()
        forward(bytes)
        // After an error the driver has let go of its statement and tells nobody of ReadyForQuery.
        this.#finish()
      },
    })
    const listen: ChunkListener = (chunk) => {
      try {
        tap.push(chunk)
      } catch (error) {
        // SECURITY: what follows bytes that make no sense cannot be trusted, so the connection ends here.
        this.#restore()
        this.#error ??= error instanceof Error ? error : new WireFault('unreadable')
        stream.destroy(this.#error)
        this.#finish()
      }
    }
    // After an error the driver has let go of the statement, and would not tell of a connection that ends then.
    const onClose = () => {
      this.#error ??= new Error('The connection was closed.')
      this.#finish()
    }
    stream.removeAllListeners('data')
    stream.on('data', listen)
    stream.on('close', onClose)
    this.#restore = () => {
      stream.removeListener('data', listen)
      stream.removeListener('close', onClose)
      for (const listener of driver) stream.on('data', listener)
      this.#restore = () => {}
    }
  }

  /** A sink that fails (a full disk) must not stop the reading: the server's answer is read to its end, then the failure is told. */
  #guarded<Result>(work: () => Result): Result | null {
    if (this.#error !== null) return null
    try {
      return work()
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error))
      return null
    }
  }

  #hold(stream: Wire['stream'], room: Promise<void>): void {
    this.#held += 1
    stream.pause()
    void room.then(() => {
      this.#held -= 1
      if (this.#held === 0) stream.resume()
    })
  }

  #finish(): void {
    this.#restore()
    if (this.#error !== null) this.#reject(this.#error)
    else this.#resolve(this.#commandTag)
  }
}
