import { PostgresError } from '#services/postgres/errors.ts'
import type { Claim, MetricValues } from '#shared/expectations/definition.ts'
import { type Sql, sql, sqlKey } from '#shared/sql/sql.ts'
import type { OpenTable } from './asset-source.ts'
import { type CatalogClaims, readClaims } from './catalog-claims.ts'
import type { Prepared, Ready } from './prepare.ts'
import { ends } from './problems.ts'
import type { ValidationSession } from './session.ts'

/**
 * Takes out of what is to be measured what constraints prove. The catalog is read once for a table; for CHECK constraints the
 * planner is asked whether a row that fails could exist at all.
 */
export async function proved(session: ValidationSession, table: OpenTable, all: readonly Prepared[]): Promise<readonly Prepared[]> {
  const mayBe = all.some(
    (prepared) => prepared.kind === 'ready' && Object.values(prepared.metrics).some(({ proof }) => proof !== undefined),
  )
  // What could not be locked may change its constraints while it is read. A view and a query have none.
  const enforced = (table.kind === 'table' || table.kind === 'partitioned table') && session.unlocked.length === 0
  if (!mayBe || !enforced) return all
  const prover = new Prover(session, await readClaims((statement) => session.query(statement), table.oid))
  const out: Prepared[] = []
  for (const prepared of all) out.push(prepared.kind === 'ready' ? await prover.prove(prepared) : prepared)
  return out
}

class Prover {
  readonly #session: ValidationSession
  readonly #claims: CatalogClaims
  /** By the text of the question; the same is asked once. */
  readonly #answers = new Map<string, boolean>()

  constructor(session: ValidationSession, claims: CatalogClaims) {
    this.#session = session
    this.#claims = claims
  }

  async prove(prepared: Ready): Promise<Ready> {
    const metrics = { ...prepared.metrics }
    let given: MetricValues = prepared.given
    let provedBy = prepared.provedBy
    for (const [name, { proof }] of Object.entries(prepared.metrics)) {
      const by = proof === undefined ? null : await this.#proofOf(proof.claim, prepared.batch.source)
      if (proof === undefined || by === null) continue
      delete metrics[name]
      given = { ...given, ...proof.gives }
      if ('unexpected' in proof.gives) provedBy = by
    }
    return { ...prepared, metrics, given, provedBy }
  }

  /** The constraint that proves it; null: none does. */
  async #proofOf(claim: Claim, source: Sql): Promise<string | null> {
    if (claim.kind === 'not null') return this.#claims.notNull.get(claim.column) ?? null
    if (claim.kind === 'unique') {
      // A key over some of the columns is a key over all of them, where each of the others has a value or not.
      const key = this.#claims.uniqueKeys.find(({ columns }) => columns.every((column) => claim.columns.includes(column)))
      return key?.index ?? null
    }
    const checks = this.#claims.checks.filter(({ columns }) => columns.some((column) => claim.columns.includes(column)))
    if (checks.length === 0) return null
    const question = sql`SELECT FROM ${source} WHERE ${claim.where}`
    const key = sqlKey(question)
    const answer = this.#answers.get(key) ?? (await this.#noRowCanBe(question))
    this.#answers.set(key, answer)
    return answer ? checks.map(({ name }) => name).join(', ') : null
  }

  async #noRowCanBe(question: Sql): Promise<boolean> {
    try {
      return await this.#session.isolated(async () => {
        await this.#session.query(sql`SELECT pg_catalog.set_config('constraint_exclusion', 'on', true)`)
        const { rows } = await this.#session.query(sql`EXPLAIN (COSTS OFF) ${question}`)
        const [node, filter, ...more] = rows.map(([line]) => (line ?? '').trim())
        // Nothing below it: no table is read. (From 18 on a line says what the node stands for.)
        return node === 'Result' && filter === 'One-Time Filter: false' && more.every((line) => line.startsWith('Replaces: '))
      })
    } catch (error) {
      if (!(error instanceof PostgresError) || ends(error)) throw error
      // It cannot be planned; measuring it will say why.
      return false
    }
  }
}
