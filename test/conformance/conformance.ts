import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Kwargs, Kwargs as KwargsSchema } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'

/** Our answers beside those of GX Core 1.2.0, result format SUMMARY, for the expectations that we have. */

export interface Case {
  readonly case_id: string
  readonly table: string
  readonly expectation_type: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly batch?: unknown
  readonly expectation_parameters?: unknown
}

export interface Answer {
  readonly case_id: string
  readonly success: boolean | null
  readonly result: Readonly<Record<string, unknown>> | null
  readonly exception_info: { readonly raised_exception: boolean } | null
  readonly exception: unknown
}

/** `answered`: GX failed and we did not. `not yet`: needs what a later version brings (row conditions, batches, query assets, parameters). */
export type Comparison = 'equal' | 'answered' | 'differs' | 'not yet'

export function dataFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`./data/${name}`, import.meta.url)), 'utf8')
}

/** Whole numbers beyond what a double holds stay exact, as text: the way our form keeps them. */
export function readCases(): readonly Case[] {
  const exact = dataFile('cases.json').replaceAll(/(?<=[[:,]\s*)-?\d{16,}(?=\s*[,\]}])/gu, (digits) =>
    Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`,
  )
  return JSON.parse(exact) as readonly Case[]
}

export function readAnswers(): ReadonlyMap<string, Answer> {
  return new Map((JSON.parse(dataFile('answers-1.2.0.json')) as readonly Answer[]).map((answer) => [answer.case_id, answer]))
}

export function isLater(one: Case): boolean {
  const later = ['row_condition', 'condition_parser'].some((key) => key in one.kwargs)
  return later || one.table.startsWith('query:') || 'batch' in one || 'expectation_parameters' in one
}

/** GX's tagged values as JSON that we store: dates and non-finite numbers as text. */
export function toKwargs(kwargs: Case['kwargs']): Kwargs {
  return KwargsSchema.parse(JSON.parse(JSON.stringify(kwargs, (_key, value: unknown) => untag(value))))
}

function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const [tag, inner] = Object.entries(value)[0] ?? []
  return tag?.startsWith('$') === true ? inner : value
}

export function gxFailed(answer: Answer): boolean {
  return answer.exception !== null || answer.exception_info?.raised_exception !== false
}

/** Why ours is another answer; empty when it is the same. */
export function differences(ours: ExpectationResult, answer: Answer): readonly string[] {
  const gx = answer.result ?? {}
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['success', ours.outcome === 'passed', answer.success],
    ...(ours.counts === null
      ? [['observed_value', ours.observedValue, gx.observed_value ?? null] as const]
      : [
          ['element_count', ours.counts.elementCount, gx.element_count] as const,
          ['missing_count', ours.counts.missingCount, gx.missing_count ?? null] as const,
          // A sum over no rows is NULL in SQL, and GX shows it.
          ['unexpected_count', ours.counts.unexpectedCount, gx.unexpected_count ?? 0] as const,
          ['unexpected_percent', ours.counts.unexpectedPercent, gx.unexpected_percent] as const,
          ['unexpected_percent_total', ours.counts.unexpectedPercentTotal, gx.unexpected_percent_total ?? null] as const,
          ['samples', ours.failingValues.length, Math.min(20, Number(gx.unexpected_count ?? 0))] as const,
        ]),
  ]
  return pairs
    .filter(([name, our, their]) => !same(name, our, their))
    .map(([name, our, their]) => `${name}: ${text(our)}, GX ${text(their)}`)
}

function same(name: string, ours: unknown, theirs: unknown): boolean {
  if (typeof ours === 'number' && typeof theirs === 'string' && name === 'observed_value') return theirs === rowsSentence(ours)
  // GX turns NaN into null.
  if (ours === 'NaN' && theirs === null) return true
  return JSON.stringify(ours) === JSON.stringify(theirs)
}

/** GX 1.2 reports a sentence, and at most 200; since 1.3 it is the number. */
function rowsSentence(rows: number): string {
  const capped = Math.min(rows, 200)
  return `${capped} unexpected ${capped === 1 ? 'row' : 'rows'}`
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
