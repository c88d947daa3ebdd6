import { z } from 'zod'
import { identifier, join, type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation, type ParamProblem, type TableShape } from './definition.ts'
import { choiceParam, columnParam, mostlyParam, optionalColumnsParam } from './fields.ts'
import { freeName } from './ordered-values.ts'
import { columnName, inShareOfRows, say, valueList } from './prose.ts'
import { countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

interface Params {
  readonly column_A: string
  readonly column_B: string
  readonly group_by: readonly string[]
  readonly ends: 'excluded' | 'included'
  readonly missing_bound: 'open' | 'ignored'
}

/**
 * Not one of GX's. Each row is a range from one column to another: bookings of a room, prices of a product, terms of a
 * contract. One sort finds the rows that share a moment with another; a row that ends before it begins fails as well.
 */
export const expectColumnPairRangesToNotOverlap = defineExpectation({
  type: 'expect_column_pair_ranges_to_not_overlap',
  title: 'Column pair ranges to not overlap',
  summary: 'No two rows cover the same time or number, from one column to another.',
  beyondGx: true,
  issue: 'Validity',
  domain: 'column pair',
  params: z.strictObject({
    column_A: columnParam({ label: 'Begins', accepts: 'ordered' }),
    column_B: columnParam({ label: 'Ends', accepts: 'ordered' }),
    group_by: optionalColumnsParam({ label: 'Within each', help: 'Rows of different rooms, products or customers may overlap.' }),
    ends: choiceParam({
      label: 'The end itself',
      options: [
        { value: 'excluded', label: 'is not covered: one may begin where another ends' },
        { value: 'included', label: 'is covered' },
      ],
      initial: 'excluded',
    }),
    missing_bound: choiceParam({
      label: 'A missing bound',
      options: [
        { value: 'open', label: 'means that the range goes on for ever' },
        { value: 'ignored', label: 'leaves the row out' },
      ],
      initial: 'open',
    }),
    mostly: mostlyParam(),
  }),
  prose: ({ column_A, column_B, group_by, mostly }) =>
    say`Ranges from ${columnName(column_A)} to ${columnName(column_B)} do not overlap${
      group_by.length === 0 ? [] : say` within each ${valueList(group_by)}`
    }${inShareOfRows(mostly)}`,
  check: ({ column_A, column_B, group_by }, table) => [
    ...boundProblems(table, 'column_A', column_A),
    ...boundProblems(table, 'column_B', column_B),
    ...group_by.flatMap((column) => columnProblems(table, 'group_by', column, 'equality')),
  ],
  metrics: (params, batch) => ({
    rows: countRows,
    missing: countWhere(ignored(params, batch)),
    unexpected: {
      pass: 'own',
      kind: 'count',
      costs: 'sort',
      statement: sql`SELECT pg_catalog.count(*) FROM (${neighbours(params, batch, [])}) AS b WHERE ${clashes(params, batch)}`,
    },
  }),
  failing: (params, batch) => {
    const shown = [...new Set([...batch.table.keyColumns, ...params.group_by, params.column_A, params.column_B])]
    const columns = shown.map((name) => batch.column(name))
    const order = [...params.group_by, params.column_A].map((name) => batch.column(name))
    return {
      columns: [],
      rows: {
        query: sql`SELECT ${join(columns, ', ')}\nFROM (${neighbours(params, batch, shown)}) AS b\nWHERE ${clashes(params, batch)}\nORDER BY ${join(order, ', ')}`,
      },
    }
  },
  evaluate: ({ mostly }, values) =>
    judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }, mostly),
})

/** What windows need beside an order: the greatest of several. */
function boundProblems(table: TableShape, field: string, name: string): readonly ParamProblem[] {
  const problems = columnProblems(table, field, name, 'order')
  const column = table.columns.find((candidate) => candidate.name === name)
  if (problems.length > 0 || column === undefined || ['D', 'N'].includes(column.category)) return problems
  return [{ field, sentence: `Column "${name}" has type ${column.type}. Pick a date, a time or a number.` }]
}

function ignored({ column_A, column_B, missing_bound }: Params, batch: Batch): Sql {
  return missing_bound === 'open' ? sql`false` : sql`(${batch.column(column_A)} IS NULL OR ${batch.column(column_B)} IS NULL)`
}

/** Covers nothing, and so meets nobody. */
function empty({ column_A, column_B, ends }: Params, batch: Batch): Sql {
  return ends === 'included' ? sql`false` : sql`COALESCE(${batch.compare(column_A, '=', batch.column(column_B))}, false)`
}

function backwards({ column_A, column_B }: Params, batch: Batch): Sql {
  return sql`COALESCE(${batch.compare(column_A, '>', batch.column(column_B))}, false)`
}

/** Each row with how far those that begin before it reach, and with where the next begins. */
function neighbours(params: Params, batch: Batch, columns: readonly string[]): Sql {
  const { column_A, column_B, group_by } = params
  const [begin, end] = [batch.column(column_A), batch.column(column_B)]
  const groups = sql`${join([...group_by.map((name) => batch.column(name)), backwards(params, batch)], ', ')}`
  const sorted = sql`PARTITION BY ${groups} ORDER BY ${begin} NULLS FIRST`
  const before = sql`(${sorted} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`
  const name = namesOf(batch)
  const shown = [...new Set([...columns, column_A, column_B])].map((column) => batch.column(column))
  return sql`SELECT ${join(shown, ', ')},
  pg_catalog.max(${end}) OVER ${before} AS ${name.reach}, pg_catalog.bool_or(${end} IS NULL) OVER ${before} AS ${name.endless},
  pg_catalog.lead(${begin}) OVER (${sorted}) AS ${name.next}, pg_catalog.lead(true) OVER (${sorted}) AS ${name.followed}
FROM ${batch.source} WHERE NOT (${ignored(params, batch)}) AND NOT (${empty(params, batch)})`
}

function clashes(params: Params, batch: Batch): Sql {
  const { column_A, column_B, ends } = params
  const name = namesOf(batch)
  const [begin, end] = [batch.column(column_A), batch.column(column_B)]
  // The first of a group has nobody before it: how far they reach is then not known, and neither is whether one is endless.
  const touching = ends === 'included' ? '<=' : '<'
  const begins = sql`${begin} IS NULL AND b.${name.endless} IS NOT NULL OR COALESCE(b.${name.endless}, false) OR ${batch.compare(column_A, touching, sql`b.${name.reach}`)}`
  const meetsNext = ends === 'included' ? '>=' : '>'
  const reaches = sql`b.${name.followed} AND (${end} IS NULL OR b.${name.next} IS NULL OR ${batch.compare(column_B, meetsNext, sql`b.${name.next}`)})`
  return sql`(${backwards(params, batch)} OR ${begins} OR ${reaches})`
}

function namesOf(batch: Batch): Readonly<Record<'reach' | 'endless' | 'next' | 'followed', Sql>> {
  const name = (wanted: string) => identifier(freeName(wanted, batch))
  return { reach: name('reach before'), endless: name('endless before'), next: name('next begin'), followed: name('is followed') }
}
