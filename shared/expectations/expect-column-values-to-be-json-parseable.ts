import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { columnName, say } from './prose.ts'

/** GX has it for other engines only. PostgreSQL 16 and later can tell without failing at the first text that is none. */
export const expectColumnValuesToBeJsonParseable = defineColumnMap({
  type: 'expect_column_values_to_be_json_parseable',
  title: 'Column values to be JSON parseable',
  summary: 'Each text is JSON. Needs PostgreSQL 16 or later.',
  beyondGx: true,
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: {},
  prose: ({ column }) => say`Values of ${columnName(column)} are JSON`,
  unexpected: ({ column }, batch) => sql`${batch.column(column)}::pg_catalog.text IS NOT JSON`,
})
