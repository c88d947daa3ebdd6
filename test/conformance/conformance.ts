import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Rows } from '#services/postgres/connection.ts'
import type { ValidationRequest } from '#services/validation/validate-asset.ts'
import { type GxFormat, gxResult } from '#shared/expectations/gx-result.ts'
import { TimeInterval } from '#shared/model/batch.ts'
import { type Kwargs, Kwargs as KwargsSchema } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'

/** GX Core's answers to a list of cases, in the form in which its driver writes them, and what of them ours is held against. */

export interface Case {
  readonly case_id: string
  readonly table: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly batch?: unknown
  readonly expectation_parameters?: Readonly<Record<string, unknown>>
}

/** One record: a case in one result format. */
export interface Answer {
  readonly case_id: string
  readonly expectation_type: string
  readonly result_format: string | Readonly<Record<string, unknown>>
  readonly success?: boolean | null
  readonly result?: Readonly<Record<string, unknown>> | null
  readonly exception_info?: { readonly raised_exception?: boolean } | null
  readonly exception?: unknown
}

/** Asks the database that the cases are about. */
export type Ask = (text: string) => Promise<Rows['rows']>

export function dataFile(name: string): string {
  return readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8')
}

/** Whole numbers beyond what a double holds stay exact, as text: the way our form keeps them. */
export function readCases(file: string): readonly Case[] {
  const exact = readFileSync(file, 'utf8').replaceAll(/(?<=[[:,]\s*)-?\d{16,}(?=\s*[,\]}])/gu, (digits) =>
    Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`,
  )
  return JSON.parse(exact) as readonly Case[]
}

/** All records of a folder. */
export function readAnswers(folder: string): readonly Answer[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'index.json')
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly Answer[])
}

/** GX's batch: a schema, or one part of the rows by a date. Left out params: the newest. */
const Cut = z.object({
  schema: z.string().optional(),
  kind: TimeInterval.optional(),
  column: z.string().default(''),
  params: z.record(z.string(), z.coerce.number()).nullish(),
})

/** The relation or query that a case is about, its batch, and its suite parameters. */
export function requestOf(one: Case): Partial<ValidationRequest> {
  const query = one.table.startsWith('query:') ? one.table.slice('query:'.length) : null
  const { schema = 'public', kind, column, params } = Cut.parse(one.batch ?? {})
  return {
    source:
      query === null
        ? { schema, relation: one.table, query: null, dataSourceName: DRIVERS_SOURCE }
        : { schema: '', relation: 'query', query, dataSourceName: DRIVERS_SOURCE },
    ...(kind === undefined ? {} : { batches: { interval: kind, column }, period: periodOf(params ?? null) }),
    parameters: toKwargs(one.expectation_parameters ?? {}),
  }
}

/** The column and the period that a case is about; null where it names none. */
export function periodOfBatch(one: Case): { readonly column: string; readonly period: string } | null {
  const { column, params } = Cut.parse(one.batch ?? {})
  const period = periodOf(params ?? null)
  return period === null ? null : { column, period }
}

/** As the driver of the cases calls the one data source that it makes. */
const DRIVERS_SOURCE = 'pg'

function periodOf(params: Readonly<Record<string, number>> | null): string | null {
  if (params === null) return null
  const parts = [String(params.year ?? 0).padStart(4, '0'), params.month, params.day]
  return parts.flatMap((part) => (part === undefined ? [] : [String(part).padStart(2, '0')])).join('-')
}

/** GX's tagged values as JSON that we store: dates and non-finite numbers as text. */
export function toKwargs(kwargs: Case['kwargs']): Kwargs {
  return KwargsSchema.parse(JSON.parse(JSON.stringify(kwargs, (_key, value: unknown) => untag(value))))
}

export function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const [tag, inner] = Object.entries(value)[0] ?? []
  return tag?.startsWith('$') === true && tag !== '$PARAMETER' ? inner : value
}

export function gxFailed(answer: Answer): boolean {
  return answer.exception != null || answer.exception_info?.raised_exception !== false
}

/** Why ours is another answer; empty when it is the same. A format that leaves a key out is not held against us. */
export function differences(ours: ExpectationResult, answer: Answer): readonly string[] {
  const gx = untagged(answer.result)
  const pairs: (readonly [string, unknown, unknown])[] = [['success', ours.outcome === 'passed', answer.success]]
  if (ours.counts === null) {
    // What belongs to an observed value is compared with it; a set of values is told by what is wrong with it.
    if ('observed_value' in gx) pairs.push(['observed_value', ours.observedValue, gx.observed_value])
    if ('unexpected_count' in gx) pairs.push(['unexpected_count', ours.details.unexpected_count ?? 0, gx.unexpected_count])
    if ('missing_count' in gx) pairs.push(['missing_count', lengthOf(ours.details.missing_values), gx.missing_count])
    const details = Object(gx.details) as Record<string, unknown>
    for (const key of ['mismatched', 'success_details']) if (key in details) pairs.push([key, ours.details[key], details[key]])
  } else {
    const { elementCount, missingCount, unexpectedCount, unexpectedPercent, unexpectedPercentTotal } = ours.counts
    // A sum over no rows is NULL in SQL, and GX shows it.
    const expected = {
      element_count: elementCount,
      missing_count: missingCount,
      unexpected_count: gx.unexpected_count === null ? (unexpectedCount === 0 ? null : unexpectedCount) : unexpectedCount,
      unexpected_percent: unexpectedPercent,
      unexpected_percent_total: unexpectedPercentTotal,
    }
    for (const [key, value] of Object.entries(expected)) if (key in gx) pairs.push([key, value, gx[key]])
    const size = sampleSize(answer)
    if ('partial_unexpected_list' in gx && size === 20) {
      pairs.push(['samples', ours.failingValues.length, Math.min(20, Number(gx.unexpected_count ?? 0))])
      const theirs = gx.partial_unexpected_list as readonly unknown[]
      // A sample that was cut may hold other rows than GX's; a whole one holds the same values, in any order.
      if (theirs.length < 20 && theirs.every(isPlain)) pairs.push(['values', valuesOf(ours), theirs.map(plainText).sort()])
    }
  }
  return pairs
    .filter(([name, our, their]) => !same(name, our, their))
    .map(([name, our, their]) => `${name}: ${text(our)}, GX ${text(their)}`)
}

/**
 * The query of failing rows, run: it finds as many as failed, GX's sample is among them, and of COMPLETE all that GX lists. Values of one
 * column only, and those that GX's driver writes as PostgreSQL does.
 */
export async function otherRows(ours: ExpectationResult, answer: Answer, ask: Ask): Promise<readonly string[]> {
  const { column } = ours.kwargs
  const theirs = untagged(answer.result)
  const { partial_unexpected_list: sample, unexpected_list: all, partial_unexpected_counts: counts } = theirs
  if (ours.failingRowsSql === null || typeof column !== 'string' || !Array.isArray(sample) || !sample.every(isPlain)) return []
  const name = `"${column.replaceAll('"', '""')}"`
  const rows = await ask(`SELECT CASE WHEN num_nulls(f.${name}) = 0 THEN format('%s', f.${name}) END FROM (${ours.failingRowsSql}\n) AS f`)
  const values = rows.map(([text]) => plainText(fromText(text ?? null)))
  const found: (readonly [string, boolean])[] = [
    ['rows of the query', values.length === ours.counts?.unexpectedCount],
    ['the sample is of them', isAmong(sample.map(plainText), values)],
  ]
  if (Array.isArray(all) && all.length < GX_LISTS) found.push(['all of them', same('', all.map(plainText).sort(), [...values].sort())])
  // Of a whole sample, because one that is cut may hold other rows than GX's.
  if (Array.isArray(counts) && counts.length > 0 && sample.length === values.length) {
    const expected = [...Map.groupBy(values, (value) => value)].map(([value, copies]) => `${value} ${copies.length}`)
    const listed = counts.map((one) => `${plainText(Reflect.get(Object(one), 'value'))} ${Reflect.get(Object(one), 'count')}`)
    found.push(['how often each occurs', same('', expected.sort(), listed.sort())])
  }
  return found.filter(([, holds]) => !holds).map(([what]) => `${what}: ${values.slice(0, 30).join(' ')}, GX ${text(sample)}`)
}

/** Of COMPLETE, unless it is asked for more. */
const GX_LISTS = 200

/** Each as often as there, or less. */
function isAmong(some: readonly string[], all: readonly string[]): boolean {
  const left = Map.groupBy(all, (value) => value)
  return some.every((value) => left.get(value)?.pop() !== undefined)
}

function untagged(result: Answer['result']): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(result ?? {}, (_key, value: unknown) => untag(value))) as Record<string, unknown>
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0
}

/**
 * Which keys a result has in GX's own JSON, where the two are not the same. Formats with settings of their own (index columns, other
 * sizes of samples) are not offered, and not looked at.
 */
export function otherKeys(ours: ExpectationResult, answer: Answer, categories: ReadonlyMap<string, string>): readonly string[] {
  const { result_format: format } = answer
  if (typeof format !== 'string' || gxFailed(answer) || ours.outcome === 'error') return []
  const own = Object(gxResult(ours, { format: format as GxFormat, categories }).result) as Record<string, unknown>
  const theirs = Object(answer.result ?? {}) as Record<string, unknown>
  return [...new Set([...Object.keys(own), ...Object.keys(theirs)])].filter((key) => key in own !== key in theirs)
}

/** The failing values of one column, as PostgreSQL's text. */
function valuesOf({ failingColumns, failingValues, kwargs }: ExpectationResult): readonly string[] {
  const place = failingColumns.indexOf(String(kwargs.column))
  return failingValues.map((row) => plainText(fromText(row[place] ?? null))).sort()
}

/** GX turns NaN into null. */
function fromText(text: string | null): string | number | null {
  if (text === null || text === 'NaN') return null
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

/** Numbers and texts that are no numbers; how other values are written is a matter of GX's driver. */
function isPlain(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'number' ||
    (typeof value === 'string' && !/^\d{4,}-\d\d-\d\d|^\d\d:\d\d:\d\d/.test(value) && Number.isNaN(Number(value || 'NaN')))
  )
}

function plainText(value: unknown): string {
  return JSON.stringify(value)
}

/** How many failing values GX was asked to show. */
function sampleSize({ result_format: format }: Answer): number {
  return typeof format === 'string' ? 20 : Number(format.partial_unexpected_count ?? 20)
}

function same(name: string, ours: unknown, theirs: unknown): boolean {
  // GX turns NaN into null.
  if (ours === 'NaN' && theirs === null) return true
  if (typeof ours === 'number' && typeof theirs === 'number') return name === 'observed_value' ? isClose(ours, theirs) : ours === theirs
  // More digits than a double has; of GX's, this reader keeps those of a double.
  if (name === 'observed_value' && typeof ours === 'string' && typeof theirs === 'number') return ours !== '' && Number(ours) === theirs
  if (typeof ours === 'string' && typeof theirs === 'string') return ours === theirs || isoTime(ours) === theirs
  if (typeof ours === 'object' && ours !== null && typeof theirs === 'object' && theirs !== null) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
    return [...keys].every((key) => same(name, Reflect.get(ours, key), Reflect.get(theirs, key)))
  }
  return ours === theirs
}

/** A moment as Python writes it. */
function isoTime(text: string): string {
  return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
}

/** Sums, means, deviations and divergences are added up in another order here and there: four last places are not an answer. */
function isClose(ours: number, theirs: number): boolean {
  return ours === theirs || Math.abs(ours - theirs) <= 4 * lastPlace(Math.max(Math.abs(ours), Math.abs(theirs)))
}

/** Of a double: the distance to the next one. */
function lastPlace(value: number): number {
  return 2 ** (Math.floor(Math.log2(value)) - 52)
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
