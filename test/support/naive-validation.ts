import { randomUUID } from 'node:crypto'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { batchOf } from '#services/validation/batch.ts'
import { problem } from '#services/validation/elsewhere.ts'
import { prepare, type Ready } from '#services/validation/prepare.ts'
import { readTable } from '#services/validation/read-table.ts'
import { ValidationSession } from '#services/validation/session.ts'
import type { Evaluation, Metric, Metrics, MetricValue } from '#shared/expectations/definition.ts'
import { conditionSql } from '#shared/expectations/row-condition.ts'
import type { Expectation } from '#shared/model/expectation.ts'
import { sql } from '#shared/sql/sql.ts'

/**
 * A validation without a planner: each metric of each expectation is a statement of its own, over its own rows. Nothing is shared,
 * nothing is proved, nothing is left out. What the planner makes of the same suite has to come to the same.
 */
export async function validateNaively(
  connection: Connection,
  relation: string,
  expectations: readonly Expectation[],
): Promise<readonly (Evaluation | 'error')[]> {
  const source = { schema: 'public', relation, query: null }
  const session = await ValidationSession.begin(connection, {
    runId: randomUUID(),
    source,
    budgetMs: 60_000,
    signal: new AbortController().signal,
  })
  const table = await readTable((statement) => session.query(statement), source.schema, source.relation)
  if (table === null) throw new Error(`There is no table ${relation}.`)
  const batch = batchOf(table)
  const out: (Evaluation | 'error')[] = []
  for (const expectation of expectations) {
    const prepared = prepare(expectation, {
      table: table.shape,
      batch,
      parameters: {},
      rowsOf: (condition) => batchOf(table, conditionSql(condition, batch)),
      answerOf: ({ dataSource }) => problem(`${dataSource} is not asked.`),
    })
    out.push(prepared.kind === 'broken' ? 'error' : await evaluate(session, prepared, table.shape))
  }
  await session.end()
  return out
}

async function evaluate(session: ValidationSession, ready: Ready, shape: Parameters<Ready['definition']['evaluate']>[2]) {
  try {
    for (const probe of ready.probes) await session.isolated(() => session.query(sql`SELECT ${probe}`))
    const first = await measure(session, ready, ready.metrics)
    const more = ready.definition.more?.(ready.params, ready.batch, first) ?? {}
    return ready.definition.evaluate(ready.params, { ...first, ...(await measure(session, ready, more)) }, shape)
  } catch (error) {
    if (error instanceof PostgresError) return 'error'
    throw error
  }
}

async function measure(session: ValidationSession, ready: Ready, metrics: Metrics): Promise<Record<string, MetricValue>> {
  const values: Record<string, MetricValue> = {}
  for (const [name, metric] of Object.entries(metrics)) values[name] = await measureOne(session, ready, metric)
  return values
}

async function measureOne(session: ValidationSession, { batch }: Ready, metric: Metric): Promise<MetricValue> {
  const statement = metric.pass === 'own' ? metric.statement : sql`SELECT ${metric.sql} FROM ${batch.source}`
  const isQuery = metric.pass === 'own' && metric.costs === 'query'
  const { rows } = isQuery ? await session.queryAsUser(statement) : await session.isolated(() => session.query(statement))
  if (metric.kind === 'list') return rows
  const text = rows[0]?.[0] ?? null
  if (metric.kind === 'count') return BigInt(text ?? '0')
  return metric.kind === 'flag' && text !== null ? text === 't' : text
}
