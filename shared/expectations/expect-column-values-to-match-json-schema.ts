import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { jsonParam, refused } from './fields.ts'
import { conditionOf, type JsonSchema, patternsOf, schemaProblem } from './json-schema.ts'
import { regexProbe } from './patterns.ts'
import { columnName, say, valueText } from './prose.ts'

/** GX has it for other engines only. A text that is no JSON fails; PostgreSQL 16 and later can tell without failing itself. */
export const expectColumnValuesToMatchJsonSchema = defineColumnMap({
  type: 'expect_column_values_to_match_json_schema',
  title: 'Column values to match JSON Schema',
  summary: 'Each value is JSON of a given shape. Needs PostgreSQL 16 or later.',
  beyondGx: true,
  issue: 'Validity',
  params: {
    json_schema: jsonParam(z.json('Give a JSON Schema.').superRefine(refused((schema) => schemaProblem(schema))), {
      label: 'JSON Schema',
      help: 'The part of it that SQL can decide: types, enum and const, bounds, lengths, patterns, properties, items, allOf, anyOf, oneOf, not.',
    }),
  },
  prose: ({ column, json_schema }) => say`Values of ${columnName(column)} match the JSON Schema ${valueText(JSON.stringify(json_schema))}`,
  check({ column }, table) {
    const found = table.columns.find(({ name }) => name === column)
    if (found === undefined || found.category === 'S' || /^jsonb?$/.test(found.type)) return []
    return [{ field: 'column', sentence: `Column "${column}" has type ${found.type}. Pick a column of texts, json or jsonb.` }]
  },
  probes: ({ json_schema }) => patternsOf(json_schema as JsonSchema).map(regexProbe),
  unexpected({ column, json_schema }, batch) {
    const text = sql`${batch.column(column)}::pg_catalog.text`
    const matches = conditionOf(json_schema as JsonSchema, sql`${text}::pg_catalog.jsonb`)
    return sql`NOT (CASE WHEN pg_catalog.pg_input_is_valid(${text}, 'jsonb') THEN ${matches} ELSE ${batch.column(column)} IS NULL END)`
  },
})
