import { proseOf } from '#parts/expectation-sentence.tsx'
import type { AnyExpectationDefinition, Prose } from '#shared/expectations/definition.ts'
import { conditionProse, readRowCondition } from '#shared/expectations/row-condition.ts'
import { hasWindows, withoutWindows } from '#shared/expectations/windows.ts'
import type { AssetProfile, DataAsset } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { Expectation, ExpectationInput, SuiteParameters } from '#shared/model/expectation.ts'
import { type ConditionDrafts, draftsOfCondition, type ReadConditions, readConditions } from './condition-model.ts'
import { canFollow, draftOfWindows, followedFields, type ReadFollow, readFollow } from './follow-model.ts'
import {
  type Draft,
  type Drafts,
  followSuggestions,
  initialDrafts,
  parseForm,
  subjectColumn,
  subjectField,
  suggestedKwargs,
} from './form-model.ts'
import type { FormState } from './kept-forms.ts'

/** How the form of an expectation begins, and what it comes to as it is filled in. Pure. */

export const DESCRIPTION = 'description'
export const ROWS = 'row_condition'
const FOLLOW = 'windows'

/** What a form is about, and what is known while it is filled in. */
export interface FormSetting {
  readonly asset: DataAsset
  readonly definition: AnyExpectationDefinition
  /** What the form begins with: the one that is edited or duplicated; null for a new one. */
  readonly template: Expectation | null
  readonly columns: readonly Column[]
  /** Values of the suite parameters that a field may name. */
  readonly parameters: SuiteParameters
  /** What the parameters of windows are named by. */
  readonly stem: string
}

export interface FormReading {
  /** The column that bounds and values speak about; null while it is not known. */
  readonly subject: Column | null
  readonly rows: ReadConditions
  /** null: bounds are typed in. */
  readonly following: ReadFollow | null
  /** Its bounds were generated in a form that this one does not offer: then only severity and words are edited. */
  readonly followed: boolean
  /** By field, whether or not a person has left it already. */
  readonly errors: Readonly<Record<string, string>>
  /** null while a field is not finished. */
  readonly prose: Prose | null
  /** What would be stored; null while anything is not finished. */
  readonly input: ExpectationInput | null
  /** What can be tried on the data; null as long as it cannot. Words are not needed for that. */
  readonly trial: ExpectationInput | null
}

export function readForm(setting: FormSetting, state: FormState): FormReading {
  const { asset, definition, template, columns, parameters, stem } = setting
  const { follow } = state
  const subject = subjectColumn(definition, state.drafts, columns)
  const following = follow === null ? null : readFollow(follow, stem)
  const followed = template !== null && hasWindows(template) && draftOfWindows(template) === null
  const rows = readConditions(state.conditions, columns)
  const parsed = parseForm(
    definition,
    follow === null ? state.drafts : withoutBounds(state.drafts),
    subject,
    {
      ...(template === null ? {} : withoutWindows(template)),
      row_condition: rows.ok && rows.condition !== null ? rows.condition : null,
    },
    parameters,
  )
  const errors: Record<string, string> = { ...(parsed.ok ? tableProblems(definition, parsed.params, asset, columns) : parsed.errors) }
  if (following?.ok === false) errors[FOLLOW] = 'The bounds that follow earlier runs are not finished.'
  if (!rows.ok) errors[ROWS] = 'The condition on the rows is not finished.'
  if (needsWords(definition) && state.description.trim() === '') errors[DESCRIPTION] = 'Say in a sentence what the query looks for.'

  const reading = { subject, rows, following, followed, errors }
  if (!parsed.ok) return { ...reading, prose: null, input: null, trial: null }
  const input = inputOf(state, parsed.kwargs, following?.ok === true ? following : null, template)
  const ownProse = [...definition.prose(parsed.params), ...conditionProse(rows.ok ? rows.condition : null)]
  const wrong = Object.keys(errors)
  return {
    ...reading,
    prose: followed ? proseOf(template) : following?.ok === true ? proseOf(input) : ownProse,
    input: wrong.length === 0 ? input : null,
    trial: wrong.every((name) => name === DESCRIPTION) ? input : null,
  }
}

/** A query says nothing by itself: its sentence is what a person writes. */
export function needsWords(definition: AnyExpectationDefinition): boolean {
  return definition.domain === 'query'
}

export function startingState(
  definition: AnyExpectationDefinition,
  template: Expectation | null,
  column: string | null,
  columns: readonly Column[],
  profile: AssetProfile | null,
): FormState {
  const kwargs = template === null ? null : withoutWindows(template)
  const initial = kwargs ?? suggestedKwargs(definition, profile, column, columns)
  return {
    type: definition.type,
    drafts: initialDrafts(definition, initial),
    conditions: conditionsOf(kwargs),
    follow: template === null || !canFollow(definition) ? null : draftOfWindows(template),
    suggested: initial,
    severity: template?.severity ?? 'critical',
    description: template?.description ?? '',
    notes: template?.notes ?? '',
  }
}

/** Another column brings its own suggestions, in a new expectation. */
export function withDraft(
  { definition, template, columns }: FormSetting,
  profile: AssetProfile | null,
  state: FormState,
  name: string,
  draft: Draft,
): FormState {
  const next = { ...state, drafts: { ...state.drafts, [name]: draft } }
  const suggests = template === null && name === subjectField(definition) && typeof draft === 'string'
  return suggests ? withSuggestions(definition, next, profile, columns) : next
}

/** The form with what is suggested for the column in it, where a person has not typed something else. */
export function withSuggestions(
  definition: AnyExpectationDefinition,
  state: FormState,
  profile: AssetProfile | null,
  columns: readonly Column[],
): FormState {
  const subject = subjectField(definition)
  const column = subject === null ? '' : state.drafts[subject]
  const suggested = suggestedKwargs(definition, profile, typeof column === 'string' && column !== '' ? column : null, columns)
  return { ...state, suggested, drafts: followSuggestions(definition, state.drafts, state.suggested, suggested) }
}

/** One that cannot be read any more is left out, and the sentence says so no longer: the list of expectations still does. */
function conditionsOf(kwargs: Expectation['kwargs'] | null): ConditionDrafts {
  const read = readRowCondition(kwargs?.row_condition)
  return draftsOfCondition(read.ok ? read.condition : null)
}

function inputOf(
  state: FormState,
  kwargs: Expectation['kwargs'],
  following: Extract<ReadFollow, { readonly ok: true }> | null,
  template: Expectation | null,
): ExpectationInput {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  const words = { severity: state.severity, description: orNull(state.description), notes: orNull(state.notes) }
  if (following !== null) return { type: state.type, kwargs: { ...kwargs, ...following.kwargs }, ...words, windows: following.windows }
  // Typed in again, where they followed before.
  const stops = template !== null && draftOfWindows(template) !== null
  return { type: state.type, kwargs, ...words, ...(stops ? { windows: [] } : {}) }
}

function withoutBounds(drafts: Drafts): Drafts {
  return Object.fromEntries(
    Object.entries(drafts).map(([name, draft]) => [name, followedFields.has(name) ? (typeof draft === 'boolean' ? false : '') : draft]),
  )
}

/** What the definition itself finds wrong with this table, by field. Nothing while the columns are not known. */
function tableProblems(
  definition: AnyExpectationDefinition,
  params: unknown,
  asset: DataAsset,
  columns: readonly Column[],
): Readonly<Record<string, string>> {
  if (columns.length === 0) return {}
  const keyColumns = columns.filter(({ primaryKey }) => primaryKey).map(({ name }) => name)
  const problems = definition.check?.(params, { schema: asset.schema, name: asset.relation, columns, keyColumns }) ?? []
  return Object.fromEntries(problems.map(({ field, sentence }) => [field, sentence]))
}
