import { randomUUID } from 'node:crypto'
import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { type OpenTable, readSource } from '#services/validation/asset-source.ts'
import { endingOf, problemOf } from '#services/validation/problems.ts'
import { ValidationSession } from '#services/validation/session.ts'
import type { AssetSource } from '#services/validation/source-relations.ts'
import { AppError, invalid } from '#shared/contract/errors.ts'
import type { GeneratedKind, QueryAssetInput } from '#shared/model/data-asset.ts'
import { identifier, join, sql } from '#shared/sql/sql.ts'
import { type AssetFill, generate } from './generate.ts'
import type { AssetRecords } from './records.ts'

/** A data asset whose rows are those of a query of the user's. */

interface QueryParts {
  readonly records: AssetRecords
  readonly expectations: ExpectationRecords
}

/** To find its columns nothing is read; to count them all of it is. */
const BUDGET_MS = 60_000

/** The new asset's id. The query is tried first, in a read-only transaction. @throws AppError INVALID at `name` or `query` */
export async function addQueryAsset(
  { records, expectations }: QueryParts,
  connection: Connection,
  request: QueryAssetInput & { readonly dataSourceId: string; readonly generate: readonly GeneratedKind[] },
  signal: AbortSignal,
): Promise<string> {
  const name = request.name.trim()
  requireFreeName(records, name, null)
  const { columns, fill } = await tryQuery(connection, { schema: '', relation: name, query: request.query }, request.generate, signal)
  const [id, now] = [randomUUID(), new Date().toISOString()]
  records.together(() => {
    requireFreeName(records, name, null)
    records.insert({
      id,
      dataSourceId: request.dataSourceId,
      name,
      kind: 'query',
      schema: '',
      relation: name,
      query: request.query,
      comment: null,
      createdAt: now,
    })
    expectations.insert(generate(id, request.generate, { columns, fill }, now))
  })
  return id
}

/** @throws AppError INVALID at `name` or `query`, and for an asset that is a relation */
export async function changeQueryAsset(
  { records }: QueryParts,
  connection: Connection,
  request: QueryAssetInput & { readonly id: string },
  signal: AbortSignal,
): Promise<void> {
  const name = request.name.trim()
  if (records.get(request.id).query === null) throw invalid('This data asset stands for a relation and has no query.')
  requireFreeName(records, name, request.id)
  await tryQuery(connection, { schema: '', relation: name, query: request.query }, [], signal)
  records.together(() => {
    requireFreeName(records, name, request.id)
    records.changeQuery(request.id, name, request.query)
  })
}

function requireFreeName(records: AssetRecords, name: string, own: string | null): void {
  if (name === '') throw invalid('Give it a name.', 'name')
  if (records.isNameTaken(name, own)) throw invalid('Another data asset has this name already.', 'name')
}

async function tryQuery(
  connection: Connection,
  source: AssetSource,
  kinds: readonly GeneratedKind[],
  signal: AbortSignal,
): Promise<{ readonly columns: OpenTable['shape']['columns']; readonly fill: AssetFill | null }> {
  try {
    const session = await ValidationSession.begin(connection, { runId: randomUUID(), source, budgetMs: BUDGET_MS, signal })
    const table = await readSource(session, source)
    if (table === null) throw invalid('The query gives no columns.', 'query')
    const { columns } = table.shape
    const problem = columnsProblem(columns.map(({ name }) => name))
    if (problem !== null) throw invalid(problem, 'query')
    const fill = kinds.includes('completeness') ? await countFill(session, table) : null
    await session.end()
    return { columns, fill }
  } catch (error) {
    throw queryProblem(error)
  }
}

function columnsProblem(names: readonly string[]): string | null {
  if (names.length === 0) return 'The query gives no columns.'
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? null : `Two columns are called "${twice}". Give one of them another name with AS.`
}

async function countFill(session: ValidationSession, { relation, shape }: OpenTable): Promise<AssetFill> {
  const counts = shape.columns.map(({ name }) => sql`pg_catalog.count(b.${identifier(name)})`)
  const { rows } = await session.queryAsUser(sql`SELECT pg_catalog.count(*), ${join(counts, ', ')} FROM ${relation} AS b`)
  const [all = '0', ...nonNull] = rows[0] ?? []
  return { rows: BigInt(all ?? 0), nonNull: nonNull.map((count) => BigInt(count ?? 0)) }
}

/** What the server says about the query belongs to its field; a lost connection or a cancel does not. */
function queryProblem(error: unknown): unknown {
  if (!(error instanceof PostgresError)) return error
  const { detail, hint } = error.problem
  const ending = endingOf(error)
  if (ending !== null) return new AppError('DATABASE', ending.sentence, { sqlstate: error.sqlstate, detail, hint }, { cause: error })
  return invalid([problemOf(error).sentence, ...(hint === null ? [] : [hint])].join(' '), 'query')
}
