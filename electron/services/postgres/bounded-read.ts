import { AppError, cancelled } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { CompiledSql } from '#shared/sql/sql.ts'
import type { Connection, Rows } from './connection.ts'
import { PostgresError } from './errors.ts'

/** Questions that a person waits for: about the catalog, or about the server itself. */

export interface BoundedReadOptions {
  readonly signal?: AbortSignal | undefined
  /** How long the server may take. 15 seconds unless said otherwise. */
  readonly limitMs?: number
  /** How long it may wait for somebody's lock; as long as for everything else when left out. 55P03 when it is over. */
  readonly lockLimitMs?: number
  readonly set?: readonly ReadSetting[]
}

/** Settings of the one transaction. */
export type ReadSetting =
  /** An error in place of fewer rows, where row-level security hides some from the role. */
  | 'row_security = off'
  /** Names of types and the like with their schema, whatever the role's own search_path is. */
  | 'search_path = pg_catalog, pg_temp'

const LIMIT_MS = 15_000
/** A server that has not ended the statement itself by then is not there any more. */
const GRACE_MS = 5_000

/**
 * One read in a read-only transaction of its own, which the server ends when it takes too long: SET LOCAL, because a setting
 * of the session would stay on a pooler's connection. Inside a transaction that is open already, it is only the read.
 * @throws PostgresError, AppError DATABASE when the time is over, CONNECTION_FAILED when the server is silent, CANCELLED
 */
export async function boundedRead(connection: Connection, statement: CompiledSql, options: BoundedReadOptions = {}): Promise<Rows> {
  const [rows] = await boundedReads(connection, [statement], options)
  return rows
}

/** The same for several, one after the other: what the first locks stays so until the last is answered. */
export async function boundedReads<const Statements extends readonly CompiledSql[]>(
  connection: Connection,
  statements: Statements,
  options: BoundedReadOptions = {},
): Promise<{ readonly [Each in keyof Statements]: Rows }> {
  const { limitMs = LIMIT_MS, lockLimitMs = limitMs } = options
  const silence = AbortSignal.timeout(limitMs + GRACE_MS)
  const signal = options.signal === undefined ? silence : AbortSignal.any([options.signal, silence])
  const send = (text: string) => connection.query({ text: `/* ${SQL_TAG}read */ ${text}`, values: [] }, { signal })
  const read = async () => {
    const answers: Rows[] = []
    for (const statement of statements) answers.push(await connection.query(statement, { signal }))
    return answers as { readonly [Each in keyof Statements]: Rows }
  }
  if (connection.transactionStatus() !== 'idle') return read()
  try {
    await send('BEGIN READ ONLY')
    await send(`SET LOCAL statement_timeout = '${limitMs}ms'`)
    await send(`SET LOCAL lock_timeout = '${lockLimitMs}ms'`)
    for (const setting of options.set ?? []) await send(`SET LOCAL ${setting}`)
    const answers = await read()
    await send('COMMIT')
    return answers
  } catch (error) {
    await takeBack(connection)
    if (options.signal?.aborted) throw cancelled()
    if (silence.aborted) throw silent()
    if (error instanceof PostgresError && error.sqlstate === '57014') throw tooLong(limitMs, error)
    throw error
  }
}

async function takeBack(connection: Connection): Promise<void> {
  // Lost: there is nothing to take back, and the server has done so.
  if (!connection.usable || connection.transactionStatus() === 'idle') return
  try {
    await connection.query({ text: 'ROLLBACK', values: [] }, { signal: AbortSignal.timeout(GRACE_MS) })
  } catch {
    // The error that led here is the one to tell. A connection in a transaction is ended when it is given back.
  }
}

function tooLong(limitMs: number, cause: PostgresError): AppError<'DATABASE'> {
  return new AppError(
    'DATABASE',
    `The server did not answer within ${limitMs / 1_000} seconds. It may be busy, or a change of a table may hold up the question.`,
    { sqlstate: cause.sqlstate, detail: null, hint: null },
    { action: 'retry', cause },
  )
}

function silent(): AppError<'CONNECTION_FAILED'> {
  return new AppError(
    'CONNECTION_FAILED',
    'The server does not answer any more.',
    { dataSourceId: null, cause: 'silent', remedy: 'Check the network and the VPN, then try again.', sqlstate: null },
    { action: 'retry' },
  )
}
