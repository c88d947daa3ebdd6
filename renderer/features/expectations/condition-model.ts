import type { RowCondition } from '#shared/expectations/row-condition.ts'
import { castScalar, isNumberText, kindOfCategory, type Scalar, scalarText } from '#ui/form/scalar.ts'

/**
 * Which rows an expectation is about, as a person builds it: groups of which one must hold, each of tests of which all must. What
 * GX stores is the same as an object.
 */
export type ConditionDrafts = readonly (readonly TestDraft[])[]

export interface TestDraft {
  readonly column: string
  readonly operator: TestOperator
  /** For operators of one value. */
  readonly text: string
  /** For operators of several. */
  readonly values: readonly Scalar[]
}

export type TestOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'IN' | 'NOT_IN' | 'null' | 'not null'

export const testOperators: readonly { readonly value: TestOperator; readonly label: string }[] = [
  { value: '==', label: 'is' },
  { value: '!=', label: 'is not' },
  { value: '<', label: 'is less than' },
  { value: '<=', label: 'is at most' },
  { value: '>', label: 'is greater than' },
  { value: '>=', label: 'is at least' },
  { value: 'IN', label: 'is one of' },
  { value: 'NOT_IN', label: 'is none of' },
  { value: 'null', label: 'is missing' },
  { value: 'not null', label: 'is not missing' },
]

export const emptyTest: TestDraft = { column: '', operator: '==', text: '', values: [] }

export function takesSeveral(operator: TestOperator): boolean {
  return operator === 'IN' || operator === 'NOT_IN'
}

export function takesOne(operator: TestOperator): boolean {
  return !takesSeveral(operator) && operator !== 'null' && operator !== 'not null'
}

export function draftsOfCondition(condition: RowCondition | null): ConditionDrafts {
  if (condition === null) return []
  const groups = condition.type === 'or' ? condition.conditions : [condition]
  return groups.map((group) => (group.type === 'and' ? group.conditions : [group]).map(draftOf))
}

export type ReadConditions =
  /** null: all rows. */
  | { readonly ok: true; readonly condition: RowCondition | null }
  /** Sentences by `group.test`. */
  | { readonly ok: false; readonly problems: Readonly<Record<string, string>> }

export function readConditions(
  drafts: ConditionDrafts,
  columns: readonly { readonly name: string; readonly category: string }[],
): ReadConditions {
  const problems: Record<string, string> = {}
  const groups = drafts.map((tests, group) =>
    tests.map((test, index) => {
      const category = columns.find(({ name }) => name === test.column)?.category ?? null
      const problem = problemOf(test, category)
      if (problem !== null) problems[`${group}.${index}`] = problem
      return leafOf(test, category)
    }),
  )
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  const joined = groups
    .filter((group) => group.length > 0)
    .map((group): Group => {
      const [only] = group
      return group.length === 1 && only !== undefined ? only : { type: 'and', conditions: group }
    })
  const [first] = joined
  if (first === undefined) return { ok: true, condition: null }
  return { ok: true, condition: joined.length === 1 ? first : { type: 'or', conditions: joined } }
}

type Leaf = Extract<RowCondition, { type: 'comparison' | 'nullity' }>
type Group = Exclude<RowCondition, { type: 'or' }>

function draftOf(leaf: Leaf): TestDraft {
  const column = leaf.column.name
  if (leaf.type === 'nullity') return { ...emptyTest, column, operator: leaf.is_null ? 'null' : 'not null' }
  const { operator, parameter } = leaf
  const list = Array.isArray(parameter) ? parameter : [parameter]
  return { column, operator, text: takesOne(operator) ? scalarText(list[0] ?? '') : '', values: takesSeveral(operator) ? list : [] }
}

function leafOf({ column, operator, text, values }: TestDraft, category: string | null): Leaf {
  if (operator === 'null' || operator === 'not null') return { type: 'nullity', column: { name: column }, is_null: operator === 'null' }
  const kind = kindOfCategory(category)
  const given = (value: Scalar) => castScalar(value, kind) ?? ''
  return { type: 'comparison', column: { name: column }, operator, parameter: takesSeveral(operator) ? values.map(given) : given(text) }
}

function problemOf({ column, operator, text, values }: TestDraft, category: string | null): string | null {
  if (column === '') return 'Pick a column.'
  if (takesSeveral(operator) && values.length === 0) return 'Give at least one value.'
  if (takesSeveral(operator) && values.includes(null)) return 'NULL is in no list: test for “is missing” instead.'
  const numbers = category === 'N'
  if (takesOne(operator) && text === '' && category !== 'S') return 'Give a value.'
  if (numbers && takesOne(operator) && !isNumberText(text)) return 'Give a number: the column holds numbers.'
  if (numbers && takesSeveral(operator) && values.some((value) => !isNumberText(String(value))))
    return 'Give numbers: the column holds numbers.'
  return null
}
