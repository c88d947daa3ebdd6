import type { Kwargs } from '#shared/model/expectation.ts'
import type { ExpectationResult, Run } from '#shared/model/run.ts'
import { findExpectation } from './registry.ts'
import { resolveParameters } from './suite-parameters.ts'

/**
 * Results as GX Core's own JSON has them (its version 1.24), for programs that read that. What GX adds for its own bookkeeping (batch
 * ids, metric ids, tracebacks) is left out.
 */

export const gxFormats = ['BOOLEAN_ONLY', 'BASIC', 'SUMMARY', 'COMPLETE'] as const
export type GxFormat = (typeof gxFormats)[number]

type Json = Kwargs[string]

/** `categories`: pg_type.typcategory by column, so that numbers are numbers again; of a column that is not in it, texts stay texts. */
export interface GxOptions {
  readonly format: GxFormat
  readonly categories: ReadonlyMap<string, string>
  /** Values of the suite parameters that kwargs name; left out: none. */
  readonly parameters?: Kwargs
}

/** The result of a whole suite. @throws nothing: a run without results has none here either */
export function gxSuiteResult({ summary, circumstances, results }: Run, options: GxOptions): Kwargs {
  const successful = results.filter(({ outcome }) => outcome === 'passed').length
  return {
    // A run that did not come to its end says nothing good of the data.
    success: summary.state === 'done' && results.length > 0 && successful === results.length,
    results: results.map((result) => gxResult(result, { ...options, parameters: circumstances?.parameters ?? {} })),
    suite_name: summary.assetName,
    suite_parameters: circumstances?.parameters ?? {},
    statistics: {
      evaluated_expectations: results.length,
      successful_expectations: successful,
      unsuccessful_expectations: results.length - successful,
      success_percent: results.length === 0 ? null : (successful / results.length) * 100,
    },
    meta: {
      run_id: { run_name: null, run_time: summary.startedAt },
      validation_id: summary.id,
      validation_time: summary.startedAt,
      run_state: summary.state,
      run_ending: summary.sentence,
    },
    id: null,
  }
}

export function gxResult(result: ExpectationResult, options: GxOptions): Kwargs {
  const resolved = resolveParameters(result.kwargs, options.parameters ?? {})
  const failed = result.outcome === 'error' || result.outcome === 'incomplete'
  const message = failed ? (result.problem?.sentence ?? '') : null
  return {
    success: result.outcome === 'passed',
    expectation_config: {
      type: result.type,
      kwargs: resolved.ok ? resolved.kwargs : result.kwargs,
      meta: {},
      id: result.expectationId,
      severity: result.severity,
    },
    result: failed || options.format === 'BOOLEAN_ONLY' ? {} : keysOf(result, options),
    meta: {},
    exception_info: { raised_exception: failed, exception_traceback: null, exception_message: message },
  }
}

function keysOf(result: ExpectationResult, options: GxOptions): Kwargs {
  const { counts, details, observedValue } = result
  if (counts !== null) return { ...countsOf(counts), ...unexpectedOf(result, options) }
  const { unexpected_count, unexpected_values, missing_values, ...more } = details
  const about = distinctKinds.get(result.type)
  const strangers = Array.isArray(unexpected_values) ? unexpected_values.map((one) => Reflect.get(Object(one), 'value') as Json) : []
  const missing = Array.isArray(missing_values) ? missing_values : []
  return {
    // Of what is only there or not there, nothing is observed.
    ...(observedValue === null && findExpectation(result.type)?.issue === 'Schema' ? {} : { observed_value: observedValue }),
    ...(about?.strangers === true ? { unexpected_count: unexpected_count ?? 0, partial_unexpected_list: strangers.slice(0, LISTED) } : {}),
    ...(about?.missing === true ? { missing_count: missing.length, partial_missing_list: missing.slice(0, LISTED) } : {}),
    ...(Object.keys(more).length === 0 ? {} : { details: more }),
  }
}

/** Sets of different values: GX says what is too many and what is missing, also where nothing is. */
const distinctKinds: ReadonlyMap<string, { readonly strangers: boolean; readonly missing: boolean }> = new Map([
  ['expect_column_distinct_values_to_be_in_set', { strangers: true, missing: false }],
  ['expect_column_distinct_values_to_contain_set', { strangers: false, missing: true }],
  ['expect_column_distinct_values_to_equal_set', { strangers: true, missing: true }],
])

/** GX's default of partial_unexpected_count. */
const LISTED = 20

function countsOf({
  elementCount,
  missingCount,
  unexpectedCount,
  unexpectedPercent,
  unexpectedPercentTotal,
}: NonNullable<ExpectationResult['counts']>): Kwargs {
  const counts = { element_count: elementCount, unexpected_count: unexpectedCount, unexpected_percent: unexpectedPercent }
  // Of expectations about missing values themselves there is nothing that is left out.
  if (missingCount === null) return counts
  return {
    ...counts,
    missing_count: missingCount,
    missing_percent: elementCount === 0 ? null : (missingCount / elementCount) * 100,
    unexpected_percent_total: unexpectedPercentTotal,
    unexpected_percent_nonmissing: unexpectedPercent,
  }
}

/** As many as the run kept: of COMPLETE, GX lists up to 200. */
export const GX_COMPLETE_ROWS = 200

function unexpectedOf(result: ExpectationResult, { format, categories, parameters = {} }: GxOptions): Kwargs {
  const resolved = resolveParameters(result.kwargs, parameters)
  const judged = judgedColumns(resolved.ok ? resolved.kwargs : result.kwargs)
  // Rows of a query of the user's are judged as wholes.
  const columns = judged.length > 0 ? judged : result.failingColumns
  const places = columns.map((name) => result.failingColumns.indexOf(name))
  const rows = result.failingValues.map((cells) =>
    places.map((place, index) => typed(cells[place] ?? null, categories.get(columns[index] ?? '') ?? '')),
  )
  const list = rows.map((cells): Json => {
    if ('column_list' in result.kwargs || judged.length === 0)
      return Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? null]))
    return cells.length === 1 ? (cells[0] ?? null) : cells
  })
  const values = rows.map((cells): Json => (cells.length === 1 ? (cells[0] ?? null) : cells))
  // What cannot be sorted in Python has no counts there: several columns with a NULL among them, lists.
  const sortable =
    (columns.every((name) => categories.get(name) !== 'A') || list.every((value) => value === null)) &&
    (columns.length === 1 || rows.every((cells) => !cells.includes(null)))
  return {
    partial_unexpected_list: list.slice(0, LISTED),
    ...(format !== 'BASIC' && sortable ? { partial_unexpected_counts: counted(values.slice(0, LISTED)) } : {}),
    ...(format === 'COMPLETE' ? { unexpected_list: list, unexpected_index_query: result.failingRowsSql } : {}),
  }
}

function judgedColumns({ column, column_A, column_B, column_list }: Kwargs): readonly string[] {
  if (typeof column === 'string') return [column]
  if (Array.isArray(column_list)) return column_list.map(String)
  return [column_A, column_B].flatMap((name) => (typeof name === 'string' ? [name] : []))
}

/** A number where JSON holds the same one; GX turns NaN into null. */
function typed(text: string | null, category: string): string | number | boolean | null {
  if (text === null) return null
  if (category === 'B') return text === 't' || text === 'true'
  if (category !== 'N') return text
  if (text === 'NaN') return null
  const number = Number(text)
  const same = text !== '' && Number.isFinite(number) && (!/^-?\d+$/.test(text) || Number.isSafeInteger(number))
  return same ? number : text
}

/** The most frequent first, and those that are as frequent by their value. */
function counted(list: readonly Json[]): Json[] {
  const groups = Map.groupBy(list, (value) => JSON.stringify(value))
  return [...groups.values()]
    .map((same) => ({ value: same[0] ?? null, count: same.length }))
    .sort((a, b) => b.count - a.count || compare(a.value, b.value))
}

function compare(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (Array.isArray(a) && Array.isArray(b)) return a.map((one, index) => compare(one, b[index] ?? null)).find((order) => order !== 0) ?? 0
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
