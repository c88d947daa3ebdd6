import type { ExpectationResult } from '#shared/model/run.ts'
import { quoteLiteral } from '#shared/sql/sql.ts'
import { type Answer, type Ask, type Case, untag } from './conformance.ts'
import { aggregateOf, countRows, literals, modesOf, quoted, relation } from './independent.ts'

/**
 * Where our answer is meant to be another one than GX's, and where GX has none. A rule speaks about the case and never about
 * its name, and it counts only where SQL of its own, or the refusal that it stands for, agrees with us.
 */
export interface Rule {
  readonly because: string
  holds(one: Case, type: string, answer: Answer): boolean
  proves(ours: ExpectationResult, one: Case, ask: Ask): Promise<boolean>
}

/** Ours is refused on purpose: the param says nothing that data could meet. */
const refused: Rule['proves'] = async (ours) => ours.outcome === 'error'

/** Rows and failing rows, counted by plain SQL. */
const counted: Rule['proves'] = async (ours, one, ask) => {
  const found = await countRows(ask, one, ours.type)
  return found !== null && ours.counts?.elementCount === found.elementCount && ours.counts.unexpectedCount === found.unexpectedCount
}

const isEmpty = (value: unknown) => value === null || value === '' || JSON.stringify(value) === '[]'
const names = (one: Case, ...params: readonly string[]) =>
  params.filter((name) => name in one.kwargs).map((name) => untag(one.kwargs[name]))

/** The same column in another case is there, and this one is not. */
const otherCase: Rule['proves'] = async (ours, one, ask) => {
  const found = await ask(
    `SELECT attname FROM pg_attribute WHERE attrelid = ${quoteLiteral(relation(one))}::regclass AND lower(attname) = lower(${quoteLiteral(String(one.kwargs.column))})`,
  )
  const exists = found.some(([name]) => name === one.kwargs.column)
  return found.length > 0 && !exists && (ours.outcome === 'error' || (ours.type === 'expect_column_to_exist' && ours.outcome === 'failed'))
}

export const deviations: readonly Rule[] = [
  {
    because: 'a NULL is in no set: it is left out of the set, where GX lets it decide by three-valued logic',
    holds: ({ kwargs }) => Array.isArray(kwargs.value_set) && kwargs.value_set.includes(null),
    proves: (ours, one, ask) => (ours.counts === null ? provenSet(ours, one, ask) : counted(ours, one, ask)),
  },
  {
    because: 'GX turns a whole number into a double, which moves a bound beyond 2^53; ours is exact',
    holds: (one) => names(one, 'min_value', 'max_value').some((bound) => typeof bound === 'string' && /^-?\d{16,}$/u.test(bound)),
    proves: counted,
  },
  {
    because: 'the name of a column is exact; GX takes it in another case, and says it means another column',
    holds: ({ kwargs, table }) => typeof kwargs.column === 'string' && !table.startsWith('query:'),
    proves: otherCase,
  },
  {
    because: 'an empty pattern, list or set says nothing about the data, so it is refused',
    holds: (one) =>
      names(one, 'regex', 'like_pattern', 'column_set', 'column_list', 'value_set', 'type_list', 'value_pairs_set').some(isEmpty),
    proves: refused,
  },
  {
    because: 'a number written as text is refused',
    holds: (one) => names(one, 'min_value', 'max_value', 'value').some((value) => typeof value === 'string' && /^[\d.]+$/.test(value)),
    proves: refused,
  },
  {
    because: 'a number of columns or characters is a whole one',
    holds: (one, type) =>
      /count|lengths/.test(type) &&
      names(one, 'min_value', 'max_value', 'value').some((value) => typeof value === 'number' && !Number.isInteger(value)),
    proves: refused,
  },
  {
    because: 'an infinite date is infinite; the driver that GX uses shows the greatest date that Python has',
    holds: (_one, type) => /_column_(max|min)_/.test(type),
    async proves(ours, one, ask) {
      const value = await aggregateOf(ask, one, (column) => `${/_max_/.test(ours.type) ? 'max' : 'min'}(${column})`)
      return /^-?infinity$/.test(value ?? '') && ours.observedValue === value && ours.outcome === 'failed'
    },
  },
  {
    because: 'bounds that cannot be compared with the type of the column are an error, not a failure of the data',
    holds: (_one, type, { result }) => /_column_(max|min)_/.test(type) && result?.observed_value == null,
    async proves(ours, one, ask) {
      const type = await aggregateOf(ask, one, (column) => `pg_typeof(max(${column}))`)
      return (
        ours.outcome === 'error' &&
        /\[\]$/.test(type ?? '') &&
        names(one, 'min_value', 'max_value').every((bound) => typeof bound === 'number')
      )
    },
  },
  {
    because: 'nearly within is either on or off; GX takes any word for on',
    holds: ({ kwargs }) => typeof kwargs.allow_relative_error === 'string',
    proves: refused,
  },
  {
    because: 'a row condition is read whole or refused; GX leaves out what stands behind its first comparison',
    holds: ({ kwargs }) => / (and|or) /i.test(String(kwargs.row_condition)),
    proves: refused,
  },
  {
    because: 'rows of another number of columns, or of types that do not compare, are an error; GX finds that none of them matches',
    holds: (_one, type) => type === 'expect_query_results_to_match_comparison',
    async proves(ours, { kwargs }, ask) {
      const [base, comparison] = [String(kwargs.base_query), String(kwargs.comparison_query)]
      const each = await Promise.all([base, comparison].map((query) => ask(`SELECT count(*) FROM (${query}) AS q`)))
      const both = await ask(`SELECT count(*) FROM (${base} EXCEPT ALL ${comparison}) AS q`)
      return ours.outcome === 'error' && each.every(({ length }) => length === 1) && both.length === 0
    },
  },
  {
    because: 'ignore_row_if holds for the rows of a condition as for all; GX judges rows with one value missing there',
    holds: ({ kwargs }, type) => type.includes('_pair_') && kwargs.row_condition !== undefined,
    proves: counted,
  },
  {
    because: 'PostgreSQL compares the most common value with the set, by the column’s own type',
    holds: (_one, type) => type === 'expect_column_most_common_value_to_be_in_set',
    proves: (ours, one, ask) => provenMode(ours, one, ask),
  },
  {
    because: 'a table is named exactly',
    holds: ({ table }) => !table.startsWith('query:'),
    async proves(ours, { table }, ask) {
      const [found] = await ask(`SELECT count(*) FROM pg_class WHERE relname = ${quoteLiteral(table)}`)
      return ours.outcome === 'error' && found?.[0] === '0'
    },
  },
]

/** Where GX has no answer. */
export const answered: readonly Rule[] = [
  {
    because: 'GX has no answer about these rows; counted by SQL of its own',
    holds: () => true,
    proves: counted,
  },
  {
    because: 'GX cannot look into these values; whether each of the set is there is asked by SQL of its own',
    holds: (_one, type) => type.includes('_distinct_values_'),
    proves: (ours, one, ask) => provenSet(ours, one, ask),
  },
  {
    because: 'GX cannot use a row condition here; the quantiles are asked by SQL of its own',
    holds: (_one, type) => type.includes('_quantile_'),
    async proves(ours, one, ask) {
      const { quantiles, value_ranges } = one.kwargs.quantile_ranges as { quantiles: number[]; value_ranges: (number | null)[][] }
      const checks = quantiles.map((share, index) => async () => {
        const text = await aggregateOf(ask, one, (column) => `percentile_disc(${share}) WITHIN GROUP (ORDER BY ${column})`)
        const value = text === null ? Number.NaN : Number(text)
        const [low = null, high = null] = value_ranges[index] ?? []
        return (low === null || value >= low) && (high === null || value <= high)
      })
      const held = await Promise.all(checks.map((check) => check()))
      return ours.outcome === (held.every(Boolean) ? 'passed' : 'failed')
    },
  },
  {
    because: 'GX cannot name this table; the catalog says whether the column is there',
    holds: ({ table }, type) => type === 'expect_column_to_exist' && !table.startsWith('query:'),
    async proves(ours, one, ask) {
      const [found] = await ask(
        `SELECT count(*) FROM pg_attribute WHERE attrelid = ${quoteLiteral(relation(one))}::regclass AND attname = ${quoteLiteral(String(one.kwargs.column))}`,
      )
      return ours.outcome === (found?.[0] === '1' ? 'passed' : 'failed')
    },
  },
  {
    because: 'a table of another name is found with its schema, too; both are counted by SQL of its own',
    holds: (_one, type) => type === 'expect_table_row_count_to_equal_other_table',
    async proves(ours, one, ask) {
      const other = String(one.kwargs.other_table_name).split('.').map(quoted).join('.')
      const [found] = await ask(`SELECT (SELECT count(*) FROM ${relation(one)}), (SELECT count(*) FROM ${other})`)
      return JSON.stringify(ours.observedValue) === `{"self":${found?.[0]},"other":${found?.[1]}}`
    },
  },
  {
    because: 'GX cannot use a row condition here; the most common values are asked by SQL of its own',
    holds: (_one, type) => type === 'expect_column_most_common_value_to_be_in_set',
    proves: (ours, one, ask) => provenMode(ours, one, ask),
  },
  {
    because: 'GX cannot use a row condition here; the middle values are asked by SQL of its own',
    holds: (_one, type) => type === 'expect_column_median_to_be_between',
    async proves(ours, one, ask) {
      const middle = (share: string) => (column: string) =>
        `(array_agg(${column} ORDER BY ${column}) FILTER (WHERE ${column} IS NOT NULL))[${share}]::float8`
      const [low, high] = [
        await aggregateOf(ask, one, (column) => middle(`(count(${column}) + 1) / 2`)(column)),
        await aggregateOf(ask, one, (column) => middle(`count(${column}) / 2 + 1`)(column)),
      ]
      return low !== null && high !== null && ours.observedValue === (Number(low) + Number(high)) / 2
    },
  },
  {
    because: 'GX cannot write these rows down; they are counted by SQL of its own',
    holds: (_one, type) => type === 'unexpected_rows_expectation',
    async proves(ours, one, ask) {
      const query = String(one.kwargs.unexpected_rows_query).replaceAll('{batch}', relation(one))
      const [found] = await ask(`SELECT count(*) FROM (${query}) AS q`)
      return ours.observedValue === Number(found?.[0]) && ours.outcome === (found?.[0] === '0' ? 'passed' : 'failed')
    },
  },
  {
    because: 'of no values there is no divergence',
    holds: (_one, type) => type === 'expect_column_kl_divergence_to_be_less_than',
    proves: async (ours, one, ask) =>
      (await aggregateOf(ask, one, (column) => `count(${column})`)) === '0' && ours.outcome === 'failed' && ours.observedValue === null,
  },
  {
    because: 'no number is at least one and at most a lesser one',
    holds: ({ kwargs }, type) => type.startsWith('expect_table_') && Number(kwargs.min_value) > Number(kwargs.max_value),
    proves: async (ours) => ours.outcome === 'failed',
  },
]

/** Which values occur, and which of the set do not: by SQL of its own. */
async function provenSet(ours: ExpectationResult, one: Case, ask: Ask): Promise<boolean> {
  const set = literals(one.kwargs.value_set)
  const inSet = (column: string) => [...set.map((value) => `${column} = ${value}`), 'false'].join(' OR ')
  const strangers = await aggregateOf(ask, one, (column) => `count(*) FILTER (WHERE ${column} IS NOT NULL AND NOT (${inSet(column)}))`)
  if (strangers === null) return false
  let missing = 0
  for (const value of set) {
    if ((await aggregateOf(ask, one, (column) => `count(*) FILTER (WHERE ${column} = ${value})`)) === '0') missing += 1
  }
  const wrong = (/_be_in_set$/.test(ours.type) ? 0 : missing) + (/_contain_set$/.test(ours.type) ? 0 : Number(strangers))
  return ours.outcome === (wrong === 0 ? 'passed' : 'failed')
}

/** How many values occur most often, and how many of them are in the set: by SQL of its own. */
async function provenMode(ours: ExpectationResult, one: Case, ask: Ask): Promise<boolean> {
  const fits = (column: string) => literals(one.kwargs.value_set).map((value) => `${column} = ${value}`)
  const most = (column: string) => `(SELECT count(*) FROM rows AS o WHERE o.${column} = r.${column})`
  const found = await modesOf(
    ask,
    one,
    (column) => `SELECT count(DISTINCT r.${column}), count(DISTINCT r.${column}) FILTER (WHERE ${fits(`r.${column}`).join(' OR ')})
    FROM rows AS r WHERE ${most(column)} = (SELECT max(${most(column)}) FROM rows AS r)`,
  )
  if (found === null) return false
  const [modes, fitting] = found
  const passes = one.kwargs.ties_okay === true ? fitting > 0 : modes === 1 && fitting === 1
  const observed = Array.isArray(ours.observedValue) ? ours.observedValue.length : -1
  return observed === modes && ours.outcome === (passes ? 'passed' : 'failed')
}
