import type { Changes } from '#services/changes.ts'
import type { Log } from '#services/platform.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { isAlive, processMark } from '#services/processes/processes.ts'
import { applicationName } from '#shared/model/names.ts'
import { compile, sql } from '#shared/sql/sql.ts'
import type { Connections } from './connections.ts'
import type { OpenRun, RunRecords } from './records.ts'

/** What a program that was killed left behind: runs that nobody ends, and their statements on the server. */

/** An owner beats every few seconds. Where the system cannot tell a process from a later one with its number, silence this long means dead. */
const SILENCE_MS = 120_000

/** Marks runs whose owner is dead as interrupted. Returns them, so that their sessions can be ended. */
export async function interruptOrphans(records: RunRecords, now: Date): Promise<readonly OpenRun[]> {
  const open = records.open()
  const areOrphans = await Promise.all(open.map((run) => isOrphan(run, now)))
  return open
    .filter((_run, index) => areOrphans[index])
    .filter((run) => records.markInterrupted(run.id, 'Plumbline ended while this ran. Validate again.', now.toISOString()))
}

/**
 * Ends what those runs still do on their servers. Where no connection can be had now (a password that is not at hand,
 * a server that is down), it tries again after each change of the data sources; the sessions' own timeouts are the last resort.
 */
export class LeftOverSessions {
  readonly #connections: Connections
  readonly #log: Log
  readonly #stopListening: () => void
  readonly #waiting = new Map<string, readonly OpenRun[]>()
  #working: Promise<void> = Promise.resolve()

  constructor(connections: Connections, changes: Changes, log: Log) {
    this.#connections = connections
    this.#log = log
    this.#stopListening = changes.listen((topics) => {
      if (this.#waiting.size > 0 && topics.includes('data-sources')) void this.#again()
    })
  }

  async end(orphans: readonly OpenRun[]): Promise<void> {
    for (const [dataSourceId, runs] of Map.groupBy(orphans, (run) => run.dataSourceId)) this.#waiting.set(dataSourceId, runs)
    await this.#again()
  }

  dispose(): void {
    this.#stopListening()
    this.#waiting.clear()
  }

  /** One attempt after the other, so that two changes do not make two of them. */
  #again(): Promise<void> {
    this.#working = this.#working.then(async () => {
      for (const [dataSourceId, runs] of [...this.#waiting]) await this.#tryOne(dataSourceId, runs)
    })
    return this.#working
  }

  async #tryOne(dataSourceId: string, runs: readonly OpenRun[]): Promise<void> {
    try {
      const lease = await this.#connections.lease(dataSourceId, 'validation')
      try {
        for (const run of runs) await endSessions(lease.connection, run.id)
        this.#waiting.delete(dataSourceId)
      } finally {
        await lease.release()
      }
    } catch (error) {
      this.#log.error('left-over-sessions-not-ended', error, { dataSourceId, runs: runs.length })
    }
  }
}

/** Ended and not only cancelled: between two statements there is nothing to cancel, and its locks would stay. */
async function endSessions(connection: Connection, runId: string): Promise<void> {
  await connection.query(
    compile(sql`
      SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
      WHERE application_name = ${applicationName(runId)} AND usename = current_user AND pid <> pg_catalog.pg_backend_pid()`),
  )
}

async function isOrphan(run: OpenRun, now: Date): Promise<boolean> {
  if (!isAlive(run.ownerPid)) return true
  const mark = run.ownerStart === '' ? 'unknown' : await processMark(run.ownerPid).catch(() => 'unknown')
  if (mark !== 'unknown') return mark !== run.ownerStart
  return now.getTime() - Date.parse(run.heartbeatAt) > SILENCE_MS
}
