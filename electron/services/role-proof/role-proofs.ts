import type { Changes } from '#services/changes.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { readRoleFacts, roleFactSteps } from '#services/postgres/role-facts.ts'
import type { AdminSessions } from '#services/setup/admin-sessions.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { AppError, isAppError } from '#shared/contract/errors.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import { isStale, type MendOutcome, type RoleProof } from '#shared/model/role-proof.ts'
import { findingsOf, readFindings, readsOf, sparingBootstrap, verdictSentence, worstOf } from '#shared/postgres/role-findings.ts'
import { requireSameDatabase, runMending } from './mend.ts'
import { probeRole } from './probes.ts'
import type { RoleProofRecords } from './records.ts'

/** Proofs of what a data source's role can and cannot do: made, kept, mended, and made again when they are old. */

export interface RoleProofsParts {
  readonly records: RoleProofRecords
  readonly connections: ProofConnections
  readonly admins: AdminSessions
  readonly tasks: Tasks
  readonly changes: Changes
  readonly now?: () => Date
}

/** The part of the data sources that a proof needs. */
export interface ProofConnections {
  get(id: string): Promise<DataSource>
  lease(
    id: string,
    purpose: 'interactive' | 'validation',
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly connection: Connection; release(): Promise<void> }>
}

type Purpose = 'interactive' | 'validation'

export class RoleProofs {
  readonly #parts: RoleProofsParts
  readonly #checking = new Map<string, Promise<readonly string[]>>()

  constructor(parts: RoleProofsParts) {
    this.#parts = parts
  }

  /** The last proof. @throws AppError NOT_FOUND */
  async get(id: string): Promise<RoleProof | null> {
    return this.#parts.records.find(await this.#parts.connections.get(id))
  }

  /** @throws AppError NOT_FOUND, PASSWORD_NEEDED, CONNECTION_FAILED, CANCELLED, DATABASE */
  async prove(id: string, taskId: string, signal: AbortSignal | undefined): Promise<RoleProof> {
    const source = await this.#parts.connections.get(id)
    return this.#parts.tasks.run(
      { id: taskId, kind: 'role-proof', title: `Check the role of ${source.name}`, total: roleFactSteps + 1, signal },
      (task) => this.#prove(source, 'interactive', task.signal, (done) => task.progress({ done, detail: stepWords(done) })),
    )
  }

  /**
   * The statements come from the stored proof, never from the screen. A finding that is gone by now is left out.
   * @throws AppError NOT_FOUND, BUSY for the administrator's connection, INVALID when it is to another database
   */
  async mend(
    request: { readonly id: string; readonly adminId: string; readonly taskId: string; readonly findingIds: readonly string[] },
    signal: AbortSignal | undefined,
  ): Promise<MendOutcome> {
    const { id, adminId, taskId, findingIds } = request
    const source = await this.#parts.connections.get(id)
    const wanted = new Set(findingIds)
    const found = (this.#parts.records.find(source)?.findings ?? []).filter((finding) => wanted.has(finding.id))
    const sql = [...new Set(found.flatMap(({ mend }) => mend))]
    const statements = await this.#parts.admins.use(adminId, async (admin) => {
      const lease = await this.#parts.connections.lease(id, 'interactive', { signal })
      try {
        await requireSameDatabase(lease.connection, admin, signal)
      } finally {
        await lease.release()
      }
      return runMending(admin, sql, signal)
    })
    return { statements, proof: await this.prove(id, taskId, signal) }
  }

  /**
   * For a run that begins: a proof older than a week is made again. What it finds, or why it could not be made, is a
   * remark of the run and never its failure. A role that was never proven is left so: nobody asked for a proof.
   */
  async remarks(id: string, signal: AbortSignal): Promise<readonly string[]> {
    const source = await this.#parts.connections.get(id)
    const last = this.#parts.records.find(source)
    if (last === null || !isStale(last.provenAt, this.#now())) return []
    const running = this.#checking.get(id)
    if (running !== undefined) return running
    const check = this.#recheck(source, signal).finally(() => this.#checking.delete(id))
    this.#checking.set(id, check)
    return check
  }

  async #recheck(source: DataSource, signal: AbortSignal): Promise<readonly string[]> {
    try {
      const proof = await this.#prove(source, 'validation', signal, () => undefined)
      const fault = proof.level === 'red' ? ' See the page of the data source for what mends it.' : ''
      return [`The last proof of the role was older than a week, so it was made again. ${proof.verdict}${fault}`]
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) throw error
      const why = error instanceof AppError ? error.message : 'The server refused a question about its catalog.'
      return [`The last proof of the role is older than a week and could not be made again. ${why}`]
    }
  }

  async #prove(source: DataSource, purpose: Purpose, signal: AbortSignal, progress: (done: number) => void): Promise<RoleProof> {
    const { connections, records, changes } = this.#parts
    const lease = await connections.lease(source.id, purpose, { signal })
    try {
      const facts = await readRoleFacts(lease.connection, { signal, progress })
      const assets = new Set(records.assetNames(source.id).map(({ schema, name }) => JSON.stringify([schema, name])))
      const reads = readsOf(facts, (schema, name) => assets.has(JSON.stringify([schema, name])))
      const known = findingsOf(facts)
      const probed = await probeRole(lease.connection, facts.role, reads, known, signal)
      const findings = sparingBootstrap(facts, [...known, ...probed, ...readFindings(facts.role, reads)])
      const proof: RoleProof = {
        role: facts.role,
        database: facts.database,
        provenAt: this.#now().toISOString(),
        level: worstOf(findings.map(({ level }) => level)),
        verdict: verdictSentence(facts.role, findings),
        findings,
        reads,
      }
      records.save(source, proof)
      changes.emit('data-sources')
      return proof
    } finally {
      await lease.release()
    }
  }

  #now(): Date {
    return this.#parts.now?.() ?? new Date()
  }
}

const stepTitles = ['Memberships', 'Ownership', 'Ownership', 'Rights', 'Tables', 'Other databases', 'Trying to write']

function stepWords(done: number): string {
  return stepTitles[done] ?? ''
}
