import type { AnyExpectationDefinition, Prose } from '#shared/expectations/definition.ts'
import type { Field } from '#shared/expectations/fields.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { expectationDefinitions } from '#shared/expectations/registry.ts'
import type { AssetProfile } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { DataQualityIssue, Kwargs } from '#shared/model/expectation.ts'
import { acceptsColumn, formFields, suggestedKwargs } from './form-model.ts'
import { definitionsByIssue, type IssueGroup, searchDefinitions } from './group-expectations.ts'

/** The gallery of all expectations, without a screen: what is shown of it, and each one's sentence on the user's own columns. */

export interface GalleryFilter {
  readonly search: string
  /** null: all. */
  readonly issue: DataQualityIssue | null
  /** Only those that can speak about this column; null: all. */
  readonly column: Column | null
}

export function galleryGroups({ search, issue, column }: GalleryFilter): readonly IssueGroup<AnyExpectationDefinition>[] {
  const offered = expectationDefinitions.filter(
    (definition) => (issue === null || definition.issue === issue) && (column === null || speaksAbout(definition, column)),
  )
  return definitionsByIssue(searchDefinitions(offered, search))
}

export interface Example {
  readonly prose: Prose
  /** It says what the profile measured, and no blank stands in it. */
  readonly measured: boolean
}

/**
 * The sentence on a column of this table: with values from the profile where they suggest some, else with "…" where a person
 * would write something. null where no column fits, or where a sentence makes no sense without what the person writes.
 */
export function exampleOf(
  definition: AnyExpectationDefinition,
  columns: readonly Column[],
  profile: AssetProfile | null,
  column: Column | null,
): Example | null {
  if (definition.domain === 'query') return null
  const candidates = column === null ? columns.slice(0, LOOKED_AT) : [column]
  const subject = columnField(definition)
  const fitting =
    subject === null
      ? [null]
      : candidates.filter((each) => acceptsColumn(subject.accepts, each)).toSorted((a, b) => rank(a, subject) - rank(b, subject))
  let blank: Example | null = null
  for (const each of fitting) {
    const suggested = suggestedKwargs(definition, profile, each?.name ?? null, columns)
    const whole = proseFor(definition, withColumns(definition, suggested, columns), columns)
    const saysMore = Object.keys(suggested).length > (each === null ? 0 : 1)
    if (whole !== null && (saysMore || hasNoMore(definition))) return { prose: whole, measured: saysMore && profile !== null }
    blank ??= blankExample(definition, suggested, columns)
  }
  return blank
}

/** Of a table with hundreds of columns the first are enough to find one. */
const LOOKED_AT = 40

/** Keys last: what is expected of them is rarely what a person comes for. Where order matters, numbers and times say it best. */
function rank(column: Column, { accepts }: { readonly accepts: string }): number {
  if (column.primaryKey) return 2
  return accepts !== 'ordered' || column.category === 'N' || column.category === 'D' ? 0 : 1
}

function blankExample(definition: AnyExpectationDefinition, suggested: Kwargs, columns: readonly Column[]): Example | null {
  const blanks = formFields(definition).flatMap(({ name, field }) => {
    const value = blankOf(field)
    return value === undefined ? [] : [[name, value] as const]
  })
  const prose = proseFor(definition, withColumns(definition, { ...Object.fromEntries(blanks), ...suggested }, columns), columns)
  return prose === null ? null : { prose, measured: false }
}

/** What stands for something a person writes; undefined where the param's own default is as good. */
function blankOf(field: Field): Kwargs[string] | undefined {
  switch (field.control) {
    case 'pattern':
    case 'bound':
    // Of a number that nobody gave there is nothing to say: the schema refuses the blank, and no example is shown.
    case 'integer':
    case 'number':
      return BLANK
    case 'values':
      return [BLANK]
    default:
      return undefined
  }
}

const BLANK = '…'

/** Columns that are asked for beside the first, from the front of the table. */
function withColumns(definition: AnyExpectationDefinition, kwargs: Kwargs, columns: readonly Column[]): Kwargs {
  const used = new Set(Object.values(kwargs).filter((value) => typeof value === 'string'))
  const free = columns.filter(({ name, primaryKey }) => !used.has(name) && !primaryKey).map(({ name }) => name)
  const out: Record<string, Kwargs[string]> = { ...kwargs }
  for (const { name, field } of formFields(definition)) {
    if (out[name] !== undefined) continue
    if (field.control === 'columns') out[name] = free.slice(0, 2)
    if (field.control === 'column') out[name] = free.shift() ?? ''
  }
  return out
}

/** null where it cannot be written, or where the definition itself says that it cannot work on these columns. */
function proseFor(definition: AnyExpectationDefinition, kwargs: Kwargs, columns: readonly Column[]): Prose | null {
  const parsed = parseKwargs(definition, kwargs)
  if (!parsed.ok) return null
  const problems = definition.check?.(parsed.params, { schema: '', name: '', columns, keyColumns: [] }) ?? []
  return problems.length === 0 ? definition.prose(parsed.params) : null
}

/** Beside its columns, the share of rows and switches, there is nothing to say. */
function hasNoMore(definition: AnyExpectationDefinition): boolean {
  return formFields(definition).every(({ field }) => ['column', 'columns', 'share', 'switch', 'choice'].includes(field.control))
}

function columnField(definition: AnyExpectationDefinition): Extract<Field, { control: 'column' }> | null {
  const field = formFields(definition).find((candidate) => candidate.field.control === 'column')?.field
  return field?.control === 'column' ? field : null
}

/** Its first column can be this one. */
function speaksAbout(definition: AnyExpectationDefinition, column: Column): boolean {
  const field = columnField(definition)
  return field !== null && acceptsColumn(field.accepts, column)
}
