import type { Lease } from '#services/data-sources/data-sources.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { AppError, isAppError } from '#shared/contract/errors.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import type { DatabaseProblem, QueryEvent, ResultColumn, RunSource, SessionOptions } from '#shared/model/query.ts'
import type { ParameterValues } from '#shared/sql/parameters.ts'
import { Effects } from './effects.ts'
import type { RowTarget } from './read-rows.ts'
import { eachCommits, runScript, type ScriptOutcome } from './run-script.ts'
import type { Statement } from './script.ts'
import { mayBeMisspelt, suggestNames } from './suggestions.ts'
import type { TypeNames } from './type-names.ts'

/** A script as a person asked for it, on the session that it was given. */

export interface RunRequest {
  readonly runId: string
  readonly dataSourceId: string
  readonly tabId: string
  readonly sql: string
  readonly readOnly: boolean
  readonly rowLimit: number
  readonly statementTimeoutMs?: number | undefined
  /** Left out: a session for this run only. */
  readonly session?: SessionOptions | undefined
  readonly keepInHistory: boolean
  readonly source?: RunSource | undefined
  /** Of `:name` and `$1`. Left out: the text goes as it is. */
  readonly parameters?: ParameterValues | undefined
}

export interface LeaseRun {
  readonly request: RunRequest
  readonly lease: Lease
  /** As it is marked now. */
  readonly dataSource: DataSource
  readonly statements: readonly Statement[]
  readonly types: TypeNames
  readonly signal: AbortSignal
  emit(event: QueryEvent): void
  openResult(resultId: string, columns: readonly ResultColumn[]): RowTarget
  /** Another session for a question beside the run; null: none is free. */
  leaseIfFree(): Promise<Lease | null>
}

export async function runOnLease(run: LeaseRun): Promise<ScriptOutcome> {
  const { request, lease, dataSource, statements, signal } = run
  const { connection } = lease
  const failed: { index: number; problem: DatabaseProblem }[] = []
  const outcome = await runScript({
    connection,
    statements,
    readOnly: readOnlyFor(request, dataSource),
    rowLimit: request.rowLimit,
    statementTimeoutMs: request.statementTimeoutMs ?? null,
    cancelAfterMs: request.session === undefined ? null : dataSource.statementTimeoutMs,
    transactions: request.session ?? eachCommits,
    signal,
    emit: (event) => {
      if (event.type === 'failed') failed.push(event)
      run.emit(event)
    },
    types: run.types,
    effects: await effectsOf(run),
    openResult: run.openResult,
  })
  const last = failed.at(-1)
  if (last !== undefined && request.session !== undefined) await suggest(run, last)
  return outcome
}

/**
 * In an open transaction by a session of its own: SET TRANSACTION has to come before any query, ours too, and a snapshot is not taken before
 * the person's first statement. Where none is free, every function may have effects.
 */
async function effectsOf({ lease: { connection }, statements, signal, leaseIfFree }: LeaseRun): Promise<Effects> {
  const status = connection.transactionStatus()
  // It runs nothing but the transaction's end.
  if (status === 'failed' || !Effects.asks(statements)) return Effects.none
  if (status === 'idle') return Effects.read(connection, statements, signal)
  const beside = await leaseIfFree().catch((error: unknown) => {
    // A server that lets nobody else in lets this session go on.
    if (isAppError(error) && !isAppError(error, 'CANCELLED')) return null
    throw error
  })
  if (beside === null) return Effects.any(statements)
  try {
    return await Effects.read(beside.connection, statements, signal, true)
  } finally {
    await beside.release()
  }
}

/** SECURITY: the page asks; a data source that is marked is held to it here, whoever asks. */
export function readOnlyFor(request: RunRequest, dataSource: DataSource): boolean {
  return request.readOnly || dataSource.readOnly
}

/** By a session of its own: the tab's may be in a transaction that has failed. */
async function suggest(
  { statements, signal, emit, leaseIfFree }: LeaseRun,
  { index, problem }: { readonly index: number; readonly problem: DatabaseProblem },
): Promise<void> {
  const statement = statements[index]
  if (statement === undefined || !mayBeMisspelt(problem)) return
  const lease = await leaseIfFree()
  if (lease === null) return
  try {
    const names = await suggestNames(lease.connection, { problem, statement }, signal)
    if (names.length > 0) emit({ type: 'suggestion', index, names: [...names] })
  } catch (error) {
    // The server's own error has been told; a hint beside it is not worth another one.
    if (!(error instanceof PostgresError) && !(error instanceof AppError)) throw error
  } finally {
    await lease.release()
  }
}
