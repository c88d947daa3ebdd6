import { z } from 'zod'
import { join, type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import type { Batch, Operand, ParamProblem, Prose, TableShape } from './definition.ts'
import { columnName, say, valueList, valueText } from './prose.ts'

/**
 * Which rows an expectation is about. GX's condition objects, and its older text of one comparison, which is read into the same.
 * A row for which the condition is not true (false, or not known) is not there for the expectation.
 */

const Value = z.union([z.string(), z.number(), z.boolean()])
const ColumnReference = z.strictObject({ name: z.string().min(1) })

const Comparison = z.strictObject({
  type: z.literal('comparison'),
  column: ColumnReference,
  operator: z.enum(['==', '!=', '<', '<=', '>', '>=', 'IN', 'NOT_IN']),
  parameter: z.union([Value, z.array(Value).min(1)]),
})
const Nullity = z.strictObject({ type: z.literal('nullity'), column: ColumnReference, is_null: z.boolean() })
const Leaf = z.discriminatedUnion('type', [Comparison, Nullity])
const And = z.strictObject({ type: z.literal('and'), conditions: z.array(Leaf).min(1).max(100) })
const Or = z.strictObject({
  type: z.literal('or'),
  conditions: z
    .array(z.union([Leaf, And]))
    .min(1)
    .max(100),
})

export const RowCondition = z.union([Leaf, And, Or])
export type RowCondition = z.infer<typeof RowCondition>

export type ReadCondition =
  | { readonly ok: true; readonly condition: RowCondition | null }
  | { readonly ok: false; readonly sentence: string }

/** From kwargs: an object, the older text, or nothing. */
export function readRowCondition(value: unknown): ReadCondition {
  if (value === undefined || value === null || value === '') return { ok: true, condition: null }
  if (typeof value === 'string') return readText(value)
  const parsed = RowCondition.safeParse(value)
  if (parsed.success) return { ok: true, condition: parsed.data }
  return {
    ok: false,
    sentence: 'This row condition cannot be read: it is a comparison, a test for NULL, or several of them joined by and or or.',
  }
}

export function conditionSql(condition: RowCondition, batch: Batch): Sql {
  switch (condition.type) {
    case 'nullity':
      return condition.is_null
        ? sql`${batch.column(condition.column.name)} IS NULL`
        : sql`NOT (${batch.column(condition.column.name)} IS NULL)`
    case 'comparison':
      return comparisonSql(condition, batch)
    case 'and':
    case 'or':
      return sql`(${join(
        condition.conditions.map((part) => conditionSql(part, batch)),
        condition.type === 'and' ? ' AND ' : ' OR ',
      )})`
  }
}

/** Columns that are not there, and comparisons that their types do not have. */
export function conditionProblems(condition: RowCondition, table: TableShape): readonly ParamProblem[] {
  if (condition.type === 'and' || condition.type === 'or') return condition.conditions.flatMap((part) => conditionProblems(part, table))
  const { name } = condition.column
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) {
    const sentence = `The row condition names a column "${name}" that is not in ${table.schema}.${table.name}.`
    return [{ field: 'row_condition', sentence }]
  }
  if (condition.type === 'nullity') return []
  const need = ['<', '<=', '>', '>='].includes(condition.operator) ? 'order' : 'equality'
  return columnProblems(table, 'row_condition', name, need).map(({ field, sentence }) => ({
    field,
    sentence: `The row condition cannot be asked. ${sentence}`,
  }))
}

/** ", where status is open". */
export function conditionProse(condition: RowCondition | null): Prose {
  return condition === null ? [] : say`, where ${proseOf(condition)}`
}

type ComparisonCondition = z.infer<typeof Comparison>

function comparisonSql({ column: { name }, operator, parameter }: ComparisonCondition, batch: Batch): Sql {
  const list: readonly Operand[] = Array.isArray(parameter) ? parameter : [parameter]
  const [first = ''] = list
  switch (operator) {
    case 'IN':
      return batch.inSet(name, list)
    case 'NOT_IN':
      return sql`NOT ${batch.inSet(name, list)}`
    case '==':
      return batch.compare(name, '=', first)
    case '!=':
      return batch.compare(name, '<>', first)
    default:
      return batch.compare(name, operator, first)
  }
}

function proseOf(condition: RowCondition): Prose {
  switch (condition.type) {
    case 'nullity':
      return condition.is_null
        ? say`${columnName(condition.column.name)} is missing`
        : say`${columnName(condition.column.name)} is not missing`
    case 'comparison': {
      const { column, operator, parameter } = condition
      const values = Array.isArray(parameter) ? valueList(parameter) : [valueText(parameter)]
      return say`${columnName(column.name)} ${{ kind: 'text', text: operatorWords[operator] }} ${values}`
    }
    case 'and':
    case 'or':
      return condition.conditions.flatMap((part, index) => {
        const words = part.type === 'and' ? say`(${proseOf(part)})` : proseOf(part)
        return index === 0 ? words : say`${{ kind: 'text', text: ` ${condition.type} ` }}${words}`
      })
  }
}

const operatorWords: Readonly<Record<ComparisonCondition['operator'], string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is greater than',
  '>=': 'is at least',
  IN: 'is one of',
  NOT_IN: 'is none of',
}

/** The older text: one comparison, `col("amount") >= 5`, or `col("amount").notnull()`. What GX ignores behind it is refused here. */
function readText(text: string): ReadCondition {
  const source = text.trim()
  const nullity = /^col\("([^"]+)"\)\s*\.\s*notnull\(\)$/i.exec(source)
  if (nullity !== null) return leaf({ type: 'nullity', column: { name: nullity[1] ?? '' }, is_null: false })
  const comparison = /^col\("([^"]+)"\)\s*(==|!=|<=|>=|<|>)\s*(.+)$/.exec(source)
  const value = comparison === null ? null : readValue(comparison[3] ?? '')
  if (comparison === null || value === null) {
    return { ok: false, sentence: 'This row condition cannot be read: write one comparison, for example col("amount") >= 5.' }
  }
  return leaf({
    type: 'comparison',
    column: { name: comparison[1] ?? '' },
    operator: comparison[2] as ComparisonCondition['operator'],
    parameter: value,
  })
}

function leaf(condition: z.infer<typeof Leaf>): ReadCondition {
  return { ok: true, condition }
}

function readValue(text: string): string | number | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  const quoted = /^(?:date\()?(["'])(.*)\1\)?$/.exec(text)
  if (quoted === null || quoted[2]?.includes(quoted[1] ?? '') === true) return null
  return quoted[2] ?? null
}
