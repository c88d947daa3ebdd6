import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { type Field, fieldOf } from '#shared/expectations/fields.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { resolveParameters, withParameters } from '#shared/expectations/suite-parameters.ts'
import type { AssetProfile } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { Kwargs, SuiteParameters } from '#shared/model/expectation.ts'
import { percentTextOfShare, shareFromPercentText } from '#ui/form/decimal.ts'
import { castScalar, exactNumber, isNumberText, kindOfCategory, type Scalar, type ScalarKind, scalarText } from '#ui/form/scalar.ts'

/**
 * The form of an expectation, without a screen: what the controls hold (drafts), and what they become (kwargs). It is
 * built from the params' field meta alone, so a new expectation needs nothing here.
 */

/** What a control holds while a person types: text for whatever is typed, a list for lists. */
export type Draft = string | boolean | readonly string[] | readonly Scalar[]
export type Drafts = Readonly<Record<string, Draft>>

export interface FormField {
  readonly name: string
  readonly field: Field
}

export type ParsedForm =
  | { readonly ok: true; readonly kwargs: Kwargs; readonly params: unknown }
  /** Sentences by field name; '' is the whole form. */
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> }

/** The fields that the form shows, in the order of the params. */
export function formFields(definition: AnyExpectationDefinition): readonly FormField[] {
  return Object.entries(definition.params.shape).flatMap(([name, schema]) => {
    const field = fieldOf(schema)
    return field === null ? [] : [{ name, field }]
  })
}

/** What the controls start with: the given kwargs, else each param's own default, else empty. */
export function initialDrafts(definition: AnyExpectationDefinition, kwargs: Kwargs): Drafts {
  return Object.fromEntries(
    formFields(definition).map(({ name, field }) => [name, draftOf(field, kwargs[name] ?? defaultOf(definition, name))]),
  )
}

/** The name of the field that holds the column everything else speaks about, when there is one. */
export function subjectField(definition: AnyExpectationDefinition): string | null {
  return formFields(definition).find(({ field }) => field.control === 'column')?.name ?? null
}

export function subjectColumn(definition: AnyExpectationDefinition, drafts: Drafts, columns: readonly Column[]): Column | null {
  const name = subjectField(definition)
  return name === null ? null : (columns.find((column) => column.name === drafts[name]) ?? null)
}

/** Columns that a picker offers. A column that is picked already stays in the list by the caller, with a remark. */
export function acceptsColumn(accepts: 'any' | 'number' | 'text' | 'ordered', column: Column): boolean {
  switch (accepts) {
    case 'any':
      return true
    case 'number':
      return column.category === 'N'
    case 'text':
      return column.category === 'S'
    case 'ordered':
      // Geometric types, json and xml have no btree order; almost everything else has, arrays and ranges included.
      return column.category !== 'G' && !/^(json|xml)\b/.test(column.type)
  }
}

/**
 * @param kept kwargs of the stored expectation: what the form does not show stays as it is.
 * @param parameters values of the suite parameters, which `$name` or `$name * 2` in a field stands for.
 * @param column the column that bounds and values belong to; null when it is not known.
 */
export function parseForm(
  definition: AnyExpectationDefinition,
  drafts: Drafts,
  column: Column | null,
  kept: Kwargs = {},
  parameters: SuiteParameters = {},
): ParsedForm {
  const kind = kindOfCategory(column?.category ?? null)
  const errors: Record<string, string> = {}
  // Which rows it is about is built beside these fields.
  const { row_condition, condition_parser: _parser, ...known } = kept
  const candidate: Record<string, unknown> = { ...known }
  for (const { name, field } of formFields(definition)) {
    const read = readDraft(field, drafts[name], kind)
    if (read.problem !== null) errors[name] ??= read.problem
    candidate[name] = read.value
  }
  const written = candidate as Kwargs
  const resolved = resolveParameters(written, parameters)
  if (!resolved.ok) return { ok: false, errors: { [resolved.field]: resolved.sentence, ...errors } }
  const parsed = definition.params.safeParse(resolved.kwargs)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message
  }
  if (boundsCross(written)) errors.max_value ??= 'The highest value is below the lowest, so that nothing could pass.'
  if (!parsed.success || Object.keys(errors).length > 0) return { ok: false, errors }
  const stored = parseKwargs(definition, { ...(parsed.data as Kwargs), ...(row_condition === undefined ? {} : { row_condition }) })
  return stored.ok
    ? { ok: true, kwargs: withParameters(stored.kwargs, written), params: stored.params }
    : { ok: false, errors: { [stored.field ?? '']: stored.sentence } }
}

/** Of figures that are written out, and not left to a suite parameter. GX takes such bounds and fails every run by them. */
function boundsCross({ min_value: min, max_value: max }: Kwargs): boolean {
  return typeof min === 'number' && typeof max === 'number' && min > max
}

/** What a definition suggests from the last profile, for the column that was picked (null: none). Unknown figures suggest nothing. */
export function suggestedKwargs(
  definition: AnyExpectationDefinition,
  profile: AssetProfile | null,
  column: string | null,
  columns: readonly Column[],
): Kwargs {
  const measured = profile?.columns.find(({ name }) => name === column) ?? null
  // NaN: the row count is not known; whatever is reckoned from it falls out below.
  const names = columns.length === 0 ? undefined : columns.map(({ name }) => name)
  const suggested = definition.prefill?.(measured, profile?.rowCount ?? Number.NaN, names) ?? {}
  const known = Object.entries(suggested).filter(([, value]) => !Number.isNaN(value))
  const subject = subjectField(definition)
  return { ...Object.fromEntries(known), ...(subject === null || column === null ? {} : { [subject]: column }) }
}

/** Drafts once something else is suggested: what stands as it was suggested before follows, what was typed stays. */
export function followSuggestions(definition: AnyExpectationDefinition, drafts: Drafts, before: Kwargs, after: Kwargs): Drafts {
  const untouched = initialDrafts(definition, before)
  const fresh = initialDrafts(definition, after)
  const subject = subjectField(definition)
  return Object.fromEntries(
    Object.entries(drafts).map(([name, draft]) => {
      const keep = name === subject || JSON.stringify(draft) !== JSON.stringify(untouched[name])
      return [name, keep ? draft : (fresh[name] ?? draft)]
    }),
  )
}

/** What a param is when nothing is said; null where it must be given. */
function defaultOf(definition: AnyExpectationDefinition, name: string): Kwargs[string] {
  const result = definition.params.shape[name]?.['~standard'].validate(undefined)
  if (result === undefined || result instanceof Promise || result.issues !== undefined) return null
  return (result.value ?? null) as Kwargs[string]
}

function draftOf(field: Field, value: Kwargs[string]): Draft {
  switch (field.control) {
    case 'columns':
      return Array.isArray(value) ? value.map(String) : []
    case 'values':
      return Array.isArray(value) ? value.filter(isScalar) : []
    case 'switch':
      return value === true
    case 'json':
      return value === null || value === undefined ? '' : JSON.stringify(value)
    case 'share':
      return typeof value === 'number' ? percentTextOfShare(value) : parameterText(value)
    case 'column':
    case 'choice':
    case 'integer':
    case 'number':
    case 'bound':
    case 'pattern':
    case 'sql':
      return value === null || value === undefined ? '' : isScalar(value) ? scalarText(value) : parameterText(value)
  }
}

type Read = { readonly value: unknown; readonly problem: string | null }

function readDraft(field: Field, draft: Draft | undefined, kind: ScalarKind): Read {
  const text = typeof draft === 'string' ? draft : ''
  switch (field.control) {
    case 'switch':
      return { value: draft === true, problem: null }
    case 'columns':
      return { value: draft ?? [], problem: null }
    case 'values':
      return {
        value: Array.isArray(draft) ? draft.map((value: Scalar) => castScalar(value, kind)) : [],
        problem: valuesProblem(draft, kind),
      }
    case 'json':
      return readJson(text)
    case 'share':
      return readParameter(text) ?? readShare(text)
    case 'integer':
    case 'number':
      return readParameter(text) ?? readNumber(field, text)
    case 'bound':
      return readParameter(text) ?? readBound(text, kind)
    case 'choice':
      return { value: text === '' ? undefined : text, problem: null }
    case 'column':
    case 'pattern':
    case 'sql':
      return { value: text, problem: null }
  }
}

/** `$name`, or `$` before an expression over names, for a figure that the suite gives. */
function readParameter(text: string): Read | null {
  const expression = /^\s*\$\s*(.+?)\s*$/s.exec(text)?.[1]
  return expression === undefined ? null : { value: { $PARAMETER: expression }, problem: null }
}

function parameterText(value: Kwargs[string] | undefined): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ''
  return typeof value.$PARAMETER === 'string' ? `$${value.$PARAMETER}` : ''
}

function readJson(text: string): Read {
  if (text.trim() === '') return { value: undefined, problem: null }
  try {
    return { value: JSON.parse(text), problem: null }
  } catch {
    return { value: undefined, problem: 'This is not JSON: a bracket, a comma or a quote is missing, or one too many.' }
  }
}

function readShare(text: string): Read {
  if (text.trim() === '') return { value: undefined, problem: null }
  const share = shareFromPercentText(text)
  return Number.isNaN(share) ? { value: undefined, problem: 'Give a number between 0 and 100.' } : { value: share, problem: null }
}

function readNumber(field: Extract<Field, { control: 'integer' | 'number' }>, text: string): Read {
  if (text.trim() === '') return { value: null, problem: null }
  const whole = field.control === 'integer'
  const value = exactNumber(text) ?? (isNumberText(text) && !whole ? Number(text) : Number.NaN)
  if (Number.isNaN(value)) return { value: null, problem: whole ? 'Give a whole number.' : 'Give a number.' }
  if (field.min !== undefined && value < field.min) return { value, problem: `Give ${field.min} or more.` }
  if (field.control === 'number' && field.max !== undefined && value > field.max) return { value, problem: `Give ${field.max} or less.` }
  return { value, problem: null }
}

function readBound(text: string, kind: ScalarKind): Read {
  const trimmed = text.trim()
  if (trimmed === '') return { value: null, problem: null }
  if (kind === 'number' && !isNumberText(trimmed)) return { value: trimmed, problem: 'Give a number: the column holds numbers.' }
  if (kind === 'date' && !looksLikeTime(trimmed))
    return { value: trimmed, problem: 'Give a date or time, for example 2026-01-31 or 2026-01-31 14:30.' }
  if (kind === 'number' || kind === 'unknown') return { value: exactNumber(trimmed) ?? trimmed, problem: null }
  return { value: trimmed, problem: null }
}

function valuesProblem(draft: Draft | undefined, kind: ScalarKind): string | null {
  if (kind !== 'number' || !Array.isArray(draft)) return null
  const stranger = draft.find((value: Scalar) => value !== null && !isNumberText(String(value)))
  return stranger === undefined ? null : `“${String(stranger)}” is not a number, and the column holds numbers.`
}

/** PostgreSQL reads many spellings; this only stops what it cannot be. The server has the last word. */
function looksLikeTime(text: string): boolean {
  return (
    /\d/.test(text) || ['infinity', '-infinity', 'epoch', 'now', 'today', 'tomorrow', 'yesterday', 'allballs'].includes(text.toLowerCase())
  )
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
