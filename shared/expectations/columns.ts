import type { ColumnAbilities, ParamProblem, TableShape } from './definition.ts'

type Need = Exclude<keyof ColumnAbilities, 'distinct'> | 'distinct'

/** Why a column named by a param cannot be used: it is missing, or its type lacks what the expectation needs. */
export function columnProblems(table: TableShape, field: string, name: string, need?: Need): readonly ParamProblem[] {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) return [{ field, sentence: missingSentence(table, name) }]
  if (need === undefined || column.abilities === undefined || has(column.abilities, need)) return []
  return [{ field, sentence: `Column "${name}" has type ${column.type}, ${lacks[need]}` }]
}

const lacks: Record<Need, string> = {
  equality: 'whose values PostgreSQL cannot compare.',
  order: 'which has no order.',
  pattern: 'which has no match with a regular expression. Pick a text column.',
  mean: 'which has no mean. Pick a numeric column.',
  distinct: 'whose values PostgreSQL cannot compare, so duplicates cannot be found.',
}

function has(abilities: ColumnAbilities, need: Need): boolean {
  return need === 'distinct' ? abilities.distinct !== 'none' : abilities[need]
}

function missingSentence(table: TableShape, name: string): string {
  const near = table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  const hint = near === undefined ? 'Pick another column, or edit the expectation.' : `Did you mean "${near.name}"?`
  return `There is no column "${name}" in ${table.schema === '' ? table.name : `${table.schema}.${table.name}`}. ${hint}`
}
