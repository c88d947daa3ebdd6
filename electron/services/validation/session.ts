import { setTimeout } from 'node:timers/promises'
import type { Connection, Rows } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { applicationName, SQL_TAG } from '#shared/model/names.ts'
import { type CompiledSql, compile, identifier, join, quoteLiteral, type Sql, sql, toDisplayText } from '#shared/sql/sql.ts'
import { ends } from './problems.ts'
import { type AssetSource, type QualifiedName, relationsOf } from './source-relations.ts'

/**
 * One read-only transaction in which all numbers of one asset come from one snapshot, and nothing that could change an
 * answer is left to chance. Everything is SET LOCAL: under a transaction pooler a session setting would stay on a
 * connection that production uses next.
 */

export interface SessionOptions {
  readonly runId: string
  readonly source: AssetSource
  /** For the whole transaction. */
  readonly budgetMs: number
  readonly signal: AbortSignal
  /** A second session is to see this one's snapshot. */
  readonly shared?: boolean
}

/** Longer than this would hold up others: whoever waits for a stronger lock than ours makes everybody behind wait. */
const LOCK_TIMEOUT_MS = 2_000
/** Between two statements of ours there are milliseconds. */
const IDLE_TIMEOUT_MS = 60_000
/** While another session is waited for. */
const AWAKE_EVERY_MS = 10_000

export class ValidationSession {
  /** As they stood before this transaction; queries of users and views run under this search_path. */
  readonly searchPath: string
  readonly timeZone: string
  readonly serverVersion: string
  /** What could not be locked (a materialized view, a foreign table, rights on columns only). */
  readonly unlocked: readonly QualifiedName[]
  /** For `join`; null: not asked for, or the server has no such thing. */
  readonly exportedSnapshot: string | null
  statementCount = 0
  /** What nobody can replace, empty or drop while this session lasts. */
  readonly locked: readonly QualifiedName[]
  readonly #connection: Connection
  readonly #tag: string
  readonly #signal: AbortSignal

  private constructor(connection: Connection, options: SessionOptions, opened: Opened) {
    this.#connection = connection
    this.#tag = tagOf(options.runId)
    this.#signal = options.signal
    this.searchPath = opened.searchPath
    this.timeZone = opened.timeZone
    this.serverVersion = opened.serverVersion
    this.unlocked = opened.unlocked
    this.locked = opened.locked
    this.exportedSnapshot = opened.exportedSnapshot
  }

  /**
   * The order is the point: BEGIN and the locks first, and only then a SELECT, because the first one takes the snapshot.
   * After it, a TRUNCATE by somebody else would leave us an empty table, on which every check of rows passes.
   */
  static async begin(connection: Connection, options: SessionOptions): Promise<ValidationSession> {
    const { schema, relation, query } = options.source
    const relations = query === null ? [{ schema, name: relation }] : await relationsOf(connection, query, options.signal)
    const send = sender(connection, options)
    await send(command('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'))
    await limitTime(send, options)
    const locked: QualifiedName[] = []
    const unlocked: QualifiedName[] = []
    for (const one of relations) (await tried(send, lock(one), notLockable)) ? locked.push(one) : unlocked.push(one)
    const [searchPath = null, timeZone = null, serverVersion = null] = (await send(compile(settingsBefore))).rows[0] ?? []
    let exportedSnapshot: string | null = null
    if (options.shared === true) {
      try {
        // Before any savepoint is left open: inside of one, a snapshot cannot be exported.
        exportedSnapshot = (await send(command('SELECT pg_catalog.pg_export_snapshot()'))).rows[0]?.[0] ?? null
      } catch (error) {
        if (!(error instanceof PostgresError) || ends(error)) throw error
        await send(command('ROLLBACK'))
        return await ValidationSession.begin(connection, { ...options, shared: false })
      }
    }
    await pin(connection, send, options)
    return new ValidationSession(connection, options, {
      searchPath: searchPath ?? '',
      timeZone: timeZone ?? '',
      serverVersion: serverVersion ?? '',
      locked,
      unlocked,
      exportedSnapshot,
    })
  }

  /**
   * A session that sees exactly what `first` sees, and holds the same locks: whoever waits for a stronger one between the two
   * makes this fail by its lock_timeout.
   * @throws PostgresError where the server is another one (behind a balancer), has no such thing, or does not let it lock
   */
  static async join(connection: Connection, options: SessionOptions, first: ValidationSession): Promise<ValidationSession> {
    const send = sender(connection, options)
    await send(command('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'))
    await send(command(`SET TRANSACTION SNAPSHOT ${quoteLiteral(first.exportedSnapshot ?? '')}`))
    await limitTime(send, options)
    for (const one of first.locked) await send(lock(one))
    await pin(connection, send, options)
    return new ValidationSession(connection, options, {
      searchPath: first.searchPath,
      timeZone: first.timeZone,
      serverVersion: first.serverVersion,
      locked: first.locked,
      unlocked: first.unlocked,
      exportedSnapshot: null,
    })
  }

  /** What the asset reads, as far as it is known before reading it. */
  get relations(): readonly QualifiedName[] {
    return [...this.locked, ...this.unlocked]
  }

  /** Runs a statement. An error leaves the transaction unusable: see `isolated`. */
  async query(statement: Sql): Promise<Rows> {
    this.statementCount += 1
    return await this.#send(compile(statement))
  }

  /** Runs a statement under the search_path that the data source's own sessions have. */
  async queryAsUser(statement: Sql): Promise<Rows> {
    return await this.isolated(async () => {
      await this.#send(compile(sql`SELECT ${setLocally(['search_path', this.searchPath])}`))
      return await this.query(statement)
    })
  }

  /** What fails inside, and every setting made inside, is undone; the transaction goes on. */
  async isolated<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#command('SAVEPOINT isolated')
    try {
      return await work()
    } finally {
      // A lost or cancelled connection has nothing to go back to.
      if (this.#connection.transactionStatus() !== 'idle' && !this.#signal.aborted) await this.#command('ROLLBACK TO SAVEPOINT isolated')
    }
  }

  /** Waits for what another session does, and is not ended for idling meanwhile: its transaction holds the snapshot that the other one reads. */
  async awakeUntil<Result>(work: Promise<Result>): Promise<Result> {
    for (;;) {
      const pause = new AbortController()
      const awake = setTimeout(AWAKE_EVERY_MS, null, { signal: pause.signal }).catch(() => null)
      const done = await Promise.race([work.then((result) => ({ result })), awake]).finally(() => pause.abort())
      if (done !== null) return done.result
      await this.#command('SELECT')
    }
  }

  async end(): Promise<void> {
    // SECURITY: the one thing of a query or a view that no rollback takes back; the connection is kept for the next.
    await this.#command('SELECT pg_catalog.pg_advisory_unlock_all()')
    await this.#command('ROLLBACK')
  }

  async #command(text: string): Promise<void> {
    await this.#send(command(text))
  }

  async #send(statement: CompiledSql): Promise<Rows> {
    return await this.#connection.query({ text: this.#tag + statement.text, values: statement.values }, { signal: this.#signal })
  }
}

/** What a session learned while it opened. */
interface Opened {
  readonly searchPath: string
  readonly timeZone: string
  readonly serverVersion: string
  readonly locked: readonly QualifiedName[]
  readonly unlocked: readonly QualifiedName[]
  readonly exportedSnapshot: string | null
}

type Send = (statement: CompiledSql) => Promise<Rows>
type Setting = readonly [name: string, value: string]

/** At the first byte, so that a look at pg_stat_activity names the run even where its text is cut. */
function tagOf(runId: string): string {
  return `/*${SQL_TAG}${runId}*/ `
}

function sender(connection: Connection, { runId, signal }: SessionOptions): Send {
  return (statement) => connection.query({ text: tagOf(runId) + statement.text, values: statement.values }, { signal })
}

async function limitTime(send: Send, { runId, budgetMs }: SessionOptions): Promise<void> {
  await send(command(`SET LOCAL application_name = ${quoteLiteral(applicationName(runId))}`))
  await send(command(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`))
  await send(command(`SET LOCAL statement_timeout = '${budgetMs}ms'`))
}

async function pin(connection: Connection, send: Send, options: SessionOptions): Promise<void> {
  const { rows } = await send(compile(sql`SELECT pg_catalog.pg_backend_pid(), ${join(pinned(options).map(setLocally), ', ')}`))
  // Before anything that takes long, so that a cancel meets the right process.
  connection.servedBy(Number(rows[0]?.[0] ?? 0))
  // Not on every platform: it needs a way to ask the system whether the client is still there (22023 where there is none).
  await tried(send, compile(sql`SELECT ${setLocally(['client_connection_check_interval', '10s'])}`), notSettable)
}

function lock({ schema, name }: QualifiedName): CompiledSql {
  return command(toDisplayText(sql`LOCK TABLE ${identifier(schema, name)} IN ACCESS SHARE MODE`))
}

/** Statements that take no parameters, and no value of a user. */
function command(text: string): CompiledSql {
  return { text, values: [] }
}

/** Runs a statement that may fail with certain codes: true if it worked, and what it set or locked stays. */
async function tried(send: Send, statement: CompiledSql, allowed: readonly string[]): Promise<boolean> {
  await send(command('SAVEPOINT tried'))
  try {
    await send(statement)
  } catch (error) {
    if (!(error instanceof PostgresError) || !allowed.includes(error.sqlstate)) throw error
    await send(command('ROLLBACK TO SAVEPOINT tried'))
    // Back to, and out of it.
    await send(command('RELEASE SAVEPOINT tried'))
    return false
  }
  await send(command('RELEASE SAVEPOINT tried'))
  return true
}

/** Wrong kind of relation, not supported for it, or rights on some columns only. */
const notLockable = ['42809', '0A000', '42501']
const notSettable = ['22023', '42704', '42501']

const settingsBefore = sql`SELECT pg_catalog.current_setting('search_path'), pg_catalog.current_setting('TimeZone'), pg_catalog.current_setting('server_version')`

/** Like SET LOCAL; and nothing where the server does not know the setting. */
function setLocally([name, value]: Setting): Sql {
  return sql`CASE WHEN pg_catalog.current_setting(${name}, true) IS NOT NULL THEN pg_catalog.set_config(${name}, ${value}, true) END`
}

function pinned(options: SessionOptions): readonly Setting[] {
  return [
    ['idle_in_transaction_session_timeout', `${IDLE_TIMEOUT_MS}ms`],
    ['transaction_timeout', `${options.budgetMs}ms`],
    // A role that may not see all rows gets an error instead of a smaller table.
    ['row_security', 'off'],
    ['DateStyle', 'ISO, MDY'],
    ['IntervalStyle', 'postgres'],
    ['extra_float_digits', '1'],
    ['bytea_output', 'hex'],
    ['standard_conforming_strings', 'on'],
    ['transform_null_equals', 'off'],
    // An index would give some of the rows that it finds.
    ['gin_fuzzy_search_limit', '0'],
    ['work_mem', '64MB'],
    ['tcp_keepalives_idle', '30'],
    ['search_path', 'pg_catalog, pg_temp'],
  ]
}
