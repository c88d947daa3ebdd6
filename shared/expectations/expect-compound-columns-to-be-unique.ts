import { z } from 'zod'
import { identifier, join, type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation, type Metric, type Metrics, type Proof } from './definition.ts'
import { mostlyParam, severalColumnsParam } from './fields.ts'
import { type IgnoredMany, ignoredRows, ignoreManyParam } from './ignored-rows.ts'
import { inShareOfRows, say, valueList } from './prose.ts'
import { countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

interface Params {
  readonly column_list: readonly string[]
  readonly ignore_row_if: IgnoredMany
}

/** Rows with one value of the key missing are no copies of anything: they count in the share, and do not fail. */
export const expectCompoundColumnsToBeUnique = defineExpectation({
  type: 'expect_compound_columns_to_be_unique',
  title: 'Compound columns to be unique',
  summary: 'No combination of values of several columns occurs twice.',
  issue: 'Uniqueness',
  domain: 'columns',
  params: z.strictObject({
    column_list: severalColumnsParam({ label: 'Columns' }),
    ignore_row_if: ignoreManyParam(),
    mostly: mostlyParam(),
  }),
  prose: ({ column_list, mostly }) => say`The combination of ${valueList(column_list)} is unique${inShareOfRows(mostly)}`,
  check: ({ column_list }, table) => column_list.flatMap((column) => columnProblems(table, 'column_list', column, 'distinct')),
  metrics(params, batch) {
    const distinct = batch.distinctRows(params.column_list)
    return {
      rows: countRows,
      missing: countWhere(ignoredRows(params.column_list, params.ignore_row_if, batch)),
      ...(distinct === null
        ? { unexpected: countRepeated(params, batch) }
        : {
            whole: { ...countWhere(present(params, batch)), proof: unique(params) },
            distinct: {
              pass: 'own',
              kind: 'count',
              costs: 'sort',
              columns: params.column_list.length,
              statement: sql`SELECT ${distinct} FROM ${batch.source} WHERE ${present(params, batch)}`,
              proof: unique(params),
            },
          }),
    }
  },
  // As many different hashes as rows that have a whole key: proven. Fewer: a key repeats, or two hashes met by chance.
  more(params, batch, values): Metrics {
    if (values.unexpected !== undefined || countOf(values, 'distinct') === countOf(values, 'whole')) return {}
    return { unexpected: countRepeated(params, batch) }
  },
  failing: (params, batch) => ({
    columns: [...params.column_list],
    rows: {
      where: sql`EXISTS (SELECT 1 FROM (${repeated(params, batch)}) AS repeated WHERE ${join(
        params.column_list.map((column, index) => batch.compare(column, '=', sql`repeated.${keyName(index)}`)),
        ' AND ',
      )})`,
    },
  }),
  evaluate({ mostly }, values) {
    const unexpected = values.unexpected === undefined ? 0n : countOf(values, 'unexpected')
    return judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected }, mostly)
  },
})

function countRepeated(params: Params, batch: Batch): Metric {
  return {
    pass: 'own',
    kind: 'count',
    costs: 'hash',
    columns: params.column_list.length,
    statement: sql`SELECT COALESCE(pg_catalog.sum(repeated.copies), 0) FROM (${repeated(params, batch)}) AS repeated`,
    proof: unique(params),
  }
}

/** Only rows with a whole key are looked at, so that it does not matter how a unique index takes its NULLs. */
function unique({ column_list }: Params): Proof {
  return { claim: { kind: 'unique', columns: column_list }, gives: { unexpected: 0n } }
}

/** Every column of the key has a value. */
function present({ column_list }: Pick<Params, 'column_list'>, batch: Batch): Sql {
  return join(
    column_list.map((column) => sql`NOT (${batch.column(column)} IS NULL)`),
    ' AND ',
  )
}

function repeated(params: Params, batch: Batch): Sql {
  const { column_list } = params
  const columns = column_list.map((column) => batch.column(column))
  const named = columns.map((column, index) => sql`${column} AS ${keyName(index)}`)
  return sql`SELECT ${join(named, ', ')}, pg_catalog.count(*) AS copies FROM ${batch.source} WHERE ${present(params, batch)}
    GROUP BY ${join(columns, ', ')} HAVING pg_catalog.count(*) > 1`
}

/** Names of our own, because a column may be called like the count. */
function keyName(index: number): Sql {
  return identifier(`key${index}`)
}
