import type { CatalogClaims } from '#services/validation/catalog-claims.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { type Suggestion, suggestionSubject } from '#shared/model/suggestion.ts'
import { quoteName } from '#shared/sql/quote-name.ts'

/** From what the catalog and ANALYZE know of a table to expectations worth having. Pure; nothing of the table is read for it. */

export interface SuggestionFacts {
  readonly columns: readonly ColumnFacts[]
  readonly uniqueKeys: readonly { readonly name: string; readonly columns: readonly string[] }[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly checks: readonly { readonly name: string; readonly definition: string }[]
  /** What PostgreSQL enforces for every row: only of these is a check of ours superfluous. */
  readonly claims: CatalogClaims
}

export interface ColumnFacts {
  readonly name: string
  /** As PostgreSQL writes it, with its modifier. */
  readonly type: string
  /** pg_type.typcategory. */
  readonly category: string
  readonly notNull: boolean
  /** In their order; null for another type. */
  readonly enumLabels: readonly string[] | null
  /** What ANALYZE saw; null before the first, or where the role may not see it. */
  readonly statistics: ColumnStatistics | null
}

export interface ColumnStatistics {
  /** 0 to 1. */
  readonly nullShare: number
  /** Above 0: how many; below: the negative share of the rows, -1 for all different. */
  readonly distinct: number
  readonly mostCommon: readonly string[]
  /** From the least to the greatest; null where there is none. */
  readonly histogram: readonly string[] | null
}

export interface ForeignKey {
  readonly name: string
  readonly column: string
  readonly otherTable: string
  readonly otherColumn: string
}

export function suggest(facts: SuggestionFacts): readonly Suggestion[] {
  const known = new Set(facts.uniqueKeys.filter(({ columns }) => columns.length === 1).map(({ columns }) => columns[0]))
  return [
    ...facts.uniqueKeys.map((key) =>
      heldIf(
        facts.claims.uniqueKeys.some(({ index }) => index === key.name),
        uniqueKey(key),
      ),
    ),
    ...facts.columns
      .filter(({ notNull }) => notNull)
      .map(({ name }) =>
        heldIf(facts.claims.notNull.has(name), made(notNullType, { column: name }, 'constraint', `${name} is declared NOT NULL.`)),
      ),
    ...facts.checks.flatMap((check) => {
      const enforced = facts.claims.checks.some(({ name }) => name === check.name)
      return fromCheck(check, facts.columns).map((suggestion) => heldIf(enforced, suggestion))
    }),
    ...facts.foreignKeys.map(foreignKey),
    ...facts.columns.flatMap(fromType),
    ...facts.columns.flatMap((column) => fromStatistics(column, known.has(column.name))),
  ]
}

/** Those that the asset does not have yet. The same check with other words or another severity is the same. */
export function withoutKnown(
  suggestions: readonly Suggestion[],
  existing: readonly { readonly type: string; readonly kwargs: Kwargs }[],
): Suggestion[] {
  const seen = new Set(existing.map(suggestionSubject))
  return suggestions.filter(({ input }) => {
    const key = suggestionSubject(input)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const notNullType = 'expect_column_values_to_not_be_null'
const uniqueType = 'expect_column_values_to_be_unique'
const inSetType = 'expect_column_values_to_be_in_set'
const betweenType = 'expect_column_values_to_be_between'
const regexType = 'expect_column_values_to_match_regex'

function made(type: string, kwargs: Kwargs, from: Suggestion['from'], why: string): Suggestion {
  return {
    input: { type, kwargs, severity: from === 'statistics' ? 'warning' : 'critical', description: null, notes: null },
    why,
    from,
    held: false,
    dismissed: false,
  }
}

function heldIf(enforced: boolean, suggestion: Suggestion): Suggestion {
  return enforced ? { ...suggestion, held: true, why: `PostgreSQL holds this already. ${suggestion.why}` } : suggestion
}

function uniqueKey({ name, columns }: SuggestionFacts['uniqueKeys'][number]): Suggestion {
  const [only = ''] = columns
  return columns.length === 1
    ? made(uniqueType, { column: only }, 'constraint', `The unique index ${name} says so.`)
    : made('expect_compound_columns_to_be_unique', { column_list: [...columns] }, 'constraint', `The unique index ${name} says so.`)
}

function foreignKey({ name, column, otherTable, otherColumn }: ForeignKey): Suggestion {
  return made(
    'expect_column_values_to_exist_in_other_table',
    { column, other_table: otherTable, other_column: otherColumn },
    'constraint',
    `The foreign key ${name} says so; a load with triggers off can leave rows that break it.`,
  )
}

/** The plain forms in which PostgreSQL writes a list of values or bounds. What it cannot read it leaves. */
function fromCheck({ name, definition }: SuggestionFacts['checks'][number], columns: readonly ColumnFacts[]): readonly Suggestion[] {
  const why = `The constraint ${name} says so.`
  const text = definition.replace(/^CHECK \((.*)\)( NOT VALID)?$/s, '$1')
  const isColumn = (quoted: string) => columns.find((column) => quoteName(column.name) === quoted)
  const list = /^\(?\(?("(?:[^"]|"")+"|[a-z_][\w$]*)\)?(?:::[a-z ]+)? = ANY \(+ARRAY\[(.+?)\]\)?(?:::[a-z [\]]+)?\)+$/s.exec(text)
  const listed = list === null ? undefined : isColumn(list[1] ?? '')
  if (list !== null && listed !== undefined) {
    const values = [...(list[2] ?? '').matchAll(/'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)/g)].map(([, quoted, number]) =>
      quoted === undefined ? Number(number) : quoted.replaceAll("''", "'"),
    )
    return values.length === 0 ? [] : [made(inSetType, { column: listed.name, value_set: values }, 'constraint', why)]
  }
  const bounds = new Map<string, Kwargs>()
  for (const part of text.replace(/^\((.*)\)$/s, '$1').split(' AND ')) {
    const bound = /^\(*("(?:[^"]|"")+"|[a-z_][\w$]*) (>=|>|<=|<) \(*'?(-?\d+(?:\.\d+)?)'?\)*(?:::[a-z ]+)?\)*$/.exec(part)
    const column = bound === null ? undefined : isColumn(bound[1] ?? '')
    if (bound === null || column === undefined) return []
    bounds.set(column.name, { ...bounds.get(column.name), column: column.name, ...boundOf(bound[2] ?? '', Number(bound[3])) })
  }
  return [...bounds.values()].map((kwargs) => made(betweenType, kwargs, 'constraint', why))
}

function boundOf(operator: string, value: number): Kwargs {
  if (operator === '>=') return { min_value: value }
  if (operator === '>') return { min_value: value, strict_min: true }
  return operator === '<=' ? { max_value: value } : { max_value: value, strict_max: true }
}

function fromType({ name, type, enumLabels }: ColumnFacts): readonly Suggestion[] {
  if (enumLabels === null || enumLabels.length === 0) return []
  return [heldIf(true, made(inSetType, { column: name, value_set: [...enumLabels] }, 'type', `These are the labels of the type ${type}.`))]
}

function fromStatistics(column: ColumnFacts, isKey: boolean): readonly Suggestion[] {
  const { statistics: seen, name } = column
  if (seen === null) return []
  return [
    ...completeness(column, seen),
    ...(isKey ? [] : uniqueness(column, seen)),
    ...values(column, seen),
    ...(isKey ? [] : numbers(column, seen)),
    ...addresses(name, column, seen),
  ]
}

function completeness({ name, notNull }: ColumnFacts, { nullShare }: ColumnStatistics): readonly Suggestion[] {
  if (notNull || nullShare > MOSTLY_FILLED) return []
  if (nullShare === 0)
    return [made(notNullType, { column: name }, 'statistics', 'The last ANALYZE found a value in every row that it looked at.')]
  // A percent of room, so that the next sample does not break it.
  const mostly = Math.floor((1 - nullShare) * 100 - 1) / 100
  const why = `The last ANALYZE found it empty in ${percent(nullShare)} of the rows that it looked at.`
  return [made(notNullType, { column: name, mostly }, 'statistics', why)]
}

function uniqueness({ name, category }: ColumnFacts, { distinct, nullShare }: ColumnStatistics): readonly Suggestion[] {
  // Numbers with a fraction and times differ by chance.
  if (distinct !== -1 || nullShare > 0 || !['S', 'U'].includes(category)) return []
  return [made(uniqueType, { column: name }, 'statistics', 'The last ANALYZE found no value twice.')]
}

function values({ name, category, enumLabels }: ColumnFacts, { distinct, mostCommon }: ColumnStatistics): readonly Suggestion[] {
  if (enumLabels !== null || category !== 'S' || distinct < 2 || distinct > FEW_VALUES || mostCommon.length < distinct) return []
  const why = `The last ANALYZE found these ${mostCommon.length} values and no other.`
  return [made(inSetType, { column: name, value_set: [...mostCommon] }, 'statistics', why)]
}

function numbers({ name, category }: ColumnFacts, { histogram, mostCommon }: ColumnStatistics): readonly Suggestion[] {
  const seen = [...(histogram ?? []), ...mostCommon].map(Number)
  if (category !== 'N' || histogram === null || seen.some((value) => !Number.isFinite(value) || value < 0)) return []
  const least = Math.min(...seen)
  const why = `The least value that the last ANALYZE saw is ${least}.`
  return [made(betweenType, { column: name, min_value: 0, ...(least > 0 && least < 1 ? { strict_min: true } : {}) }, 'statistics', why)]
}

function addresses(name: string, { category }: ColumnFacts, { histogram, mostCommon }: ColumnStatistics): readonly Suggestion[] {
  const seen = [...(histogram ?? []), ...mostCommon]
  const matching = seen.filter((value) => new RegExp(E_MAIL).test(value)).length
  if (category !== 'S' || seen.length < 20 || matching < seen.length * 0.9) return []
  const why = `Of ${seen.length} values that ANALYZE kept, ${matching} are e-mail addresses.`
  return [made(regexType, { column: name, regex: E_MAIL, ...(matching < seen.length ? { mostly: 0.9 } : {}) }, 'statistics', why)]
}

const MOSTLY_FILLED = 0.05
const FEW_VALUES = 20
const E_MAIL = '^[^@ ]+@[^@ ]+\\.[A-Za-z]+$'

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
