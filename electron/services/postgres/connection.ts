import type pg from 'pg'
import { AppError, cancelled } from '#shared/contract/errors.ts'
import type { DatabaseProblem } from '#shared/model/query.ts'
import type { CompiledSql } from '#shared/sql/sql.ts'
import type { BackendKey, Canceller, CancelOutcome } from './cancel.ts'
import { connectionLost, isDatabaseError, PostgresError, toProblem } from './errors.ts'
import { reportedSetting } from './reported-settings.ts'

/** One connection to a server: the extended protocol, and the server's own text for every value. */

export interface Rows {
  readonly columns: readonly { readonly name: string; readonly typeOid: number; readonly typeModifier: number }[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly commandTag: string
}

export interface Connection {
  readonly processId: number
  /**
   * Runs one statement. Abort: the server cancels it over a control connection, then this rejects with AppError CANCELLED.
   * @throws PostgresError for what the server refuses, AppError CONNECTION_FAILED for a lost connection
   */
  query(statement: CompiledSql, options?: { readonly signal?: AbortSignal | undefined }): Promise<Rows>
  transactionStatus(): 'idle' | 'transaction' | 'failed'
  /**
   * Which process of the server (pg_backend_pid()) the open transaction has, for a cancel: behind a transaction pooler it is another one than
   * was named at login. Forgotten with the end of the transaction, because somebody else has that process then.
   */
  servedBy(processId: number): void
  /** Returns the function that stops listening. */
  onNotice(listener: (problem: DatabaseProblem) => void): () => void
  /** What NOTIFY sends to it, while it waits as well. Returns the function that stops listening. */
  onNotification(
    listener: (notification: { readonly channel: string; readonly payload: string; readonly processId: number }) => void,
  ): () => void
  /** For the reader: works on the driver's client by itself; what it does can be cancelled like a query. */
  use<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result>
  /** standard_conforming_strings is off, as the server last said of its own accord. */
  readonly backslashEscapes: boolean
  /** For what the driver knows of its socket. */
  readonly client: pg.Client
  /** false: the server let the role in without one (trust, peer, a certificate). */
  readonly askedForPassword: boolean
  /** false once it is lost or disposed; it is never usable again. */
  readonly usable: boolean
  /** Asks the server to stop what this connection runs now, and says what it took. */
  cancel(): Promise<CancelOutcome>
  dispose(): Promise<void>
}

/** Everything as the server wrote it: pg's own parsers round numbers, lose array bounds and turn infinity into null. */
const rawText = { getTypeParser: () => (text: unknown) => text }

export class PgConnection implements Connection {
  readonly client: pg.Client
  readonly askedForPassword: boolean
  readonly #canceller: Canceller
  #lost: Error | null = null
  #running: Promise<unknown> = Promise.resolve()
  #processOfTransaction: number | null = null

  /** Takes over a client that has connected. */
  constructor(client: pg.Client, canceller: Canceller, askedForPassword: boolean) {
    this.client = client
    this.#canceller = canceller
    this.askedForPassword = askedForPassword
    // Without a listener, an idle connection that the server ends would end this process.
    client.on('error', (error) => {
      this.#lost ??= error
    })
    client.on('end', () => {
      this.#lost ??= new Error('The connection was closed.')
    })
  }

  get processId(): number {
    return processIdOf(this.client)
  }

  get usable(): boolean {
    return this.#lost === null
  }

  get backslashEscapes(): boolean {
    return reportedSetting(this.client, 'standard_conforming_strings') === 'off'
  }

  async query(statement: CompiledSql, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Rows> {
    const { signal } = options
    if (signal?.aborted) throw cancelled()
    if (this.#lost !== null) throw connectionLost(this.#lost)
    const running = this.#send(statement)
    this.#running = this.#until(running)
    if (signal === undefined) return running
    let stopping: Promise<unknown> | null = null
    const stop = () => {
      stopping = this.cancel().catch(() => this.#destroy())
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      const rows = await running
      if (signal.aborted) throw cancelled()
      return rows
    } catch (error) {
      throw signal.aborted ? cancelled() : error
    } finally {
      signal.removeEventListener('abort', stop)
      // Nothing else may be sent before the cancel has returned: a late one would hit the next statement.
      await stopping
    }
  }

  async use<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    if (this.#lost !== null) throw connectionLost(this.#lost)
    const running = work(this.client)
    this.#running = this.#until(running)
    return running
  }

  transactionStatus(): 'idle' | 'transaction' | 'failed' {
    switch (this.client.getTransactionStatus()) {
      case 'T':
        return 'transaction'
      case 'E':
        return 'failed'
      default:
        return 'idle'
    }
  }

  servedBy(processId: number): void {
    if (processId > 0 && this.transactionStatus() !== 'idle') this.#processOfTransaction = processId
  }

  onNotice(listener: (problem: DatabaseProblem) => void): () => void {
    const hear = (notice: object) => listener(toProblem(notice))
    this.client.on('notice', hear)
    return () => this.client.off('notice', hear)
  }

  onNotification(
    listener: (notification: { readonly channel: string; readonly payload: string; readonly processId: number }) => void,
  ): () => void {
    const hear = ({ channel, payload = '', processId }: pg.Notification) => listener({ channel, payload, processId })
    this.client.on('notification', hear)
    return () => this.client.off('notification', hear)
  }

  cancel(): Promise<CancelOutcome> {
    const running = this.#running
    return this.#canceller({
      processId: this.#processOfTransaction ?? this.processId,
      key: this.#processOfTransaction === null ? keyOf(this.client) : null,
      settled: async () => void (await running),
      destroy: () => this.#destroy(),
    })
  }

  async dispose(): Promise<void> {
    if (this.#lost !== null) return
    this.#lost = new Error('The connection was closed.')
    try {
      await withinMs(this.client.end(), 2_000)
    } catch {
      this.#destroy() // a server that does not answer the farewell; the socket is closed on our side
    }
  }

  async #until(running: Promise<unknown>): Promise<void> {
    await running.catch(() => {})
    if (this.transactionStatus() === 'idle') this.#processOfTransaction = null
  }

  async #send(statement: CompiledSql): Promise<Rows> {
    try {
      const result = await this.client.query({
        text: statement.text,
        values: statement.values.map((value) => (value === null || typeof value === 'string' ? value : String(value))),
        rowMode: 'array',
        types: rawText,
        queryMode: 'extended',
      } as pg.QueryArrayConfig)
      return {
        columns: result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID, typeModifier: field.dataTypeModifier })),
        rows: result.rows as (string | null)[][],
        commandTag: result.rowCount === null ? result.command : `${result.command} ${result.rowCount}`,
      }
    } catch (error) {
      if (isDatabaseError(error)) {
        // The server's last words. Its socket closes a moment later, and nothing should be sent until then.
        if (endsSession.test(error.code ?? '')) this.#destroy()
        throw new PostgresError(toProblem(error), error)
      }
      if (error instanceof AppError) throw error
      this.#lost ??= error instanceof Error ? error : new Error('The connection was lost.')
      throw connectionLost(error)
    }
  }

  #destroy(): void {
    this.#lost ??= new Error('The connection was closed.')
    streamOf(this.client).destroy()
  }
}

/** admin_shutdown and its kin, and the time limits of a session or transaction. */
const endsSession = /^(57P0[1-5]|25P0[34])$/

/** pg keeps these two from its types; both have been there since its first versions. */
interface ClientInside {
  readonly processID: number | null
  readonly secretKey: number | null
  readonly connection: { readonly stream: { destroy(): void } }
}

function inside(client: pg.Client): ClientInside {
  return client as unknown as ClientInside
}

export function processIdOf(client: pg.Client): number {
  return inside(client).processID ?? 0
}

function keyOf(client: pg.Client): BackendKey | null {
  const { processID, secretKey } = inside(client)
  return processID === null || secretKey === null ? null : { processId: processID, secretKey }
}

export function streamOf(client: pg.Client): { destroy(): void } {
  return inside(client).connection.stream
}

async function withinMs(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('No answer in time.')), ms)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
