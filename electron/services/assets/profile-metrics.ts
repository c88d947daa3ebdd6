import { PostgresError } from '#services/postgres/errors.ts'
import type { Source } from '#services/validation/execute.ts'
import { ends, problemOf } from '#services/validation/problems.ts'
import type { ValidationSession } from '#services/validation/session.ts'
import type { Batch, ColumnShape, Metric, Metrics } from '#shared/expectations/definition.ts'
import { countWhere } from '#shared/expectations/scan-metric.ts'
import type { ColumnProfile } from '#shared/model/data-asset.ts'
import { type Sql, sql } from '#shared/sql/sql.ts'

/** What a profile asks of a column, as far as its type can answer. */
export function profileMetrics({ name, abilities, category }: ColumnShape, batch: Batch): Metrics {
  const column = batch.column(name)
  const ordered = abilities?.order === true
  // By the type's own order: of citext, `min` as pg_catalog has it is that of text.
  const [min, max] = ordered ? [batch.extreme(name, 'min'), batch.extreme(name, 'max')] : [null, null]
  return {
    nulls: countWhere(sql`${column} IS NULL`),
    ...(min !== null && max !== null ? { min: shortText(min), max: shortText(max) } : {}),
    ...(abilities?.mean === true
      ? { mean: aggregate(sql`avg(1.0 * ${column})::pg_catalog.float8`), median: numericMedian(column, batch) }
      : {}),
    ...(ordered && category === 'D' ? { median: middleValue(column, batch) } : {}),
  }
}

function aggregate(expression: Sql): Metric {
  return { pass: 'scan', kind: 'text', sql: expression }
}

/** The type's own output, cut: the longest text of a table may be as long as memory. */
function shortText(expression: Sql): Metric {
  return aggregate(
    sql`CASE WHEN pg_catalog.num_nulls(${expression}) = 0 THEN pg_catalog."left"(pg_catalog.format('%s', ${expression}), 200) END`,
  )
}

/** The middle value, or the mean of the two middle ones as a double. percentile_cont would differ in the last digit. */
function numericMedian(column: Sql, batch: Batch): Metric {
  const statement = sql`
    SELECT CASE WHEN q[1] = q[2] THEN q[1]::pg_catalog.text ELSE ((q[1]::pg_catalog.float8 + q[2]::pg_catalog.float8) / 2)::pg_catalog.text END
    FROM (SELECT percentile_disc(ARRAY[0.5, 0.5000000001]) WITHIN GROUP (ORDER BY ${column}) AS q FROM ${batch.source}) AS middle`
  return { pass: 'own', kind: 'text', costs: 'sort', statement }
}

function middleValue(column: Sql, batch: Batch): Metric {
  return {
    pass: 'own',
    kind: 'text',
    costs: 'sort',
    statement: sql`SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ${column}) FROM ${batch.source}`,
  }
}

/** A column with more different values than this shows none. */
const FEW_VALUES = 20
/** Without statistics, grouping a table of this size still takes less than a second. */
const ROWS_WITHOUT_STATISTICS = 200_000

/** pg_stats.n_distinct by column: a number, or, negative, a share of the rows. Columns that the role may not read are not in it. */
export async function distinctEstimates(
  session: ValidationSession,
  schema: string,
  relation: string,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await session.query(sql`
    SELECT DISTINCT ON (attname) attname, n_distinct FROM pg_catalog.pg_stats
    WHERE schemaname = ${schema} AND tablename = ${relation} ORDER BY attname, inherited DESC`)
  return new Map(rows.map((row) => [row[0] ?? '', Number(row[1])]))
}

/** Whether few different values are likely enough to count them. */
export function worthCounting({ abilities }: ColumnShape, rowCount: number, estimate: number | null): boolean {
  if (abilities === undefined || abilities.distinct === 'none' || rowCount === 0) return false
  if (estimate === null) return rowCount <= ROWS_WITHOUT_STATISTICS
  return (estimate < 0 ? -estimate * rowCount : estimate) <= FEW_VALUES
}

export interface TopValues {
  readonly values: ColumnProfile['topValues']
  readonly problem: string | null
}

export async function readTopValues(session: ValidationSession, source: Source, batch: Batch, name: string): Promise<TopValues> {
  const column = batch.column(name)
  const statement = sql`
    SELECT pg_catalog."left"(pg_catalog.format('%s', value), 200), copies
    FROM (SELECT ${column} AS value, count(*) AS copies FROM ${source.from} WHERE ${column} IS NOT NULL GROUP BY ${column} LIMIT ${FEW_VALUES + 1}::pg_catalog.int8) AS few
    ORDER BY copies DESC, 1`
  try {
    const { rows } = source.asUser ? await session.queryAsUser(statement) : await session.isolated(() => session.query(statement))
    const few = rows.length > 0 && rows.length <= FEW_VALUES
    return { values: few ? rows.map((row) => ({ value: row[0] ?? '', count: Number(row[1]) })) : null, problem: null }
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return { values: null, problem: problemOf(error).sentence }
  }
}
