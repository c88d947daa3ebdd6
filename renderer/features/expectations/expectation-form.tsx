import { Anchor, Button, Group, Input, Kbd, SegmentedControl, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { api } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { ProseText, proseOf } from '#parts/expectation-sentence.tsx'
import { Problem } from '#parts/problem.tsx'
import { severityTitles } from '#parts/severity-badge.tsx'
import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { conditionProse, readRowCondition } from '#shared/expectations/row-condition.ts'
import { hasWindows, withoutWindows } from '#shared/expectations/windows.ts'
import type { AssetProfile, DataAsset } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import { type Expectation, type ExpectationInput, Severity, type SuiteParameters } from '#shared/model/expectation.ts'
import { ConditionBuilder } from './condition-builder.tsx'
import { type ConditionDrafts, draftsOfCondition, readConditions } from './condition-model.ts'
import { ExpectationPreview } from './expectation-preview.tsx'
import styles from './expectations.module.css'
import { FieldControl } from './field-control.tsx'
import { FollowField } from './follow-field.tsx'
import { canFollow, draftOfWindows, followedFields, type ReadFollow, readFollow, stemOf } from './follow-model.ts'
import {
  type Draft,
  type Drafts,
  followSuggestions,
  formFields,
  initialDrafts,
  parseForm,
  subjectColumn,
  subjectField,
  suggestedKwargs,
} from './form-model.ts'
import { type FormState, keepForm, keptForm } from './kept-forms.ts'

/** The form of one expectation: its params, severity and words, with the sentence it makes shown as it is filled in. */
export function ExpectationForm({
  asset,
  definition,
  stored,
  template,
  column,
  columns,
  profile,
  parameters,
  keepKey,
  onSaved,
  onBack,
}: ExpectationFormProps) {
  const [fresh] = useState(() => startingState(definition, template, column, columns, profile))
  const [restored, setRestored] = useState(() => takeKept(keepKey, definition.type))
  const [state, setState] = useState<FormState>(restored ?? fresh)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [serverErrors, setServerErrors] = useState<Readonly<Record<string, string>>>({})
  const [problem, setProblem] = useState<unknown>(null)
  const [saving, setSaving] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  // Figures that arrive while the form is open fill in what has not been touched.
  useEffect(() => {
    if (template === null && profile !== null) setState((before) => withSuggestions(definition, before, profile, columns))
  }, [template, profile, definition, columns])

  const changed = JSON.stringify(state) !== JSON.stringify(fresh)
  useEffect(() => keepForm(keepKey, changed ? state : null), [keepKey, changed, state])

  const subject = subjectColumn(definition, state.drafts, columns)
  const { follow } = state
  const [stem] = useState(() => stemOf(template?.windows))
  const following = follow === null ? null : readFollow(follow, stem)
  // Bounds that were generated in a form that this one does not offer: then only severity and words are edited.
  const followed = template !== null && hasWindows(template) && draftOfWindows(template) === null
  const rows = readConditions(state.conditions, columns)
  const stays = template === null ? {} : withoutWindows(template)
  const parsed = parseForm(
    definition,
    follow === null ? state.drafts : withoutBounds(state.drafts),
    subject,
    {
      ...stays,
      row_condition: rows.ok && rows.condition !== null ? rows.condition : null,
    },
    parameters,
  )
  const needsWords = definition.domain === 'query'
  const errors: Record<string, string> = { ...(parsed.ok ? tableProblems(definition, parsed.params, asset, columns) : parsed.errors) }
  if (following?.ok === false) errors[FOLLOW] = 'The bounds that follow earlier runs are not finished.'
  if (!rows.ok) errors[ROWS] = 'The condition on the rows is not finished.'
  if (needsWords && state.description.trim() === '') errors[DESCRIPTION] = 'Say in a sentence what the query looks for.'
  const errorAt = (name: string) => serverErrors[name] ?? (left.has(name) || left.has(EVERYTHING) ? errors[name] : undefined)

  const edit = (name: string, draft: Draft) => {
    setServerErrors(({ [name]: _, ...others }) => others)
    setState((before) => withDraft(before, name, draft))
  }
  const withDraft = (before: FormState, name: string, draft: Draft): FormState => {
    if (template !== null || name !== subjectField(definition) || typeof draft !== 'string') {
      return { ...before, drafts: { ...before.drafts, [name]: draft } }
    }
    return withSuggestions(definition, { ...before, drafts: { ...before.drafts, [name]: draft } }, profile, columns)
  }
  const leave = (name: string) => setLeft((before) => new Set(before).add(name))

  const save = async (addMore: boolean) => {
    setLeft(new Set([EVERYTHING]))
    setServerErrors({})
    setProblem(null)
    if (saving) return
    if (!parsed.ok || Object.keys(errors).length > 0) return focusFirstProblem(form.current)
    setSaving(true)
    try {
      const input = inputOf(state, parsed.kwargs, following?.ok === true ? following : null, template)
      const expectation =
        stored === null
          ? await api.expectations.create({ assetId: asset.id, input })
          : await api.expectations.update({ id: stored.id, input })
      keepForm(keepKey, null)
      onSaved(expectation, addMore)
    } catch (error) {
      const at = fieldProblem(error)
      const name = at?.field.replace(/^(input\.)?(kwargs\.)?/, '') ?? ''
      if (at !== null && (definition.params.shape[name] !== undefined || name === DESCRIPTION || name === ROWS)) {
        setServerErrors({ [name]: at.sentence })
        focusFirstProblem(form.current)
      } else {
        setProblem(error)
      }
    } finally {
      setSaving(false)
    }
  }

  return (
    <form
      ref={form}
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        void save(false)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        void save(false)
      }}
    >
      <div>
        <Title order={2} size="h3">
          {definition.title}
        </Title>
        <Text c="dimmed">{definition.summary}</Text>
      </div>
      {restored !== null && (
        <Text component="p" m={0} className={styles.remark} role="status">
          What was typed here before is back.{' '}
          <Anchor
            component="button"
            type="button"
            fz="inherit"
            onClick={() => {
              setState(fresh)
              setRestored(null)
              setLeft(new Set())
            }}
          >
            Start afresh
          </Anchor>
        </Text>
      )}
      <output className={styles.sentence} aria-live="polite" aria-label="The sentence this makes">
        {parsed.ok ? (
          <ProseText
            prose={
              followed
                ? proseOf(template)
                : following?.ok === true
                  ? proseOf(inputOf(state, parsed.kwargs, following, template))
                  : [...definition.prose(parsed.params), ...conditionProse(rows.ok ? rows.condition : null)]
            }
          />
        ) : (
          <span className={styles.unfinished}>The sentence appears here once the fields are filled in.</span>
        )}
      </output>
      {followed && (
        <Text component="p" m={0} className={styles.remark}>
          Its bounds follow what earlier runs saw, so there is nothing to type in. The first run has nothing to compare with, and passes.
        </Text>
      )}
      <div className={styles.fields}>
        {(followed ? [] : formFields(definition).filter(({ name }) => follow === null || !followedFields.has(name))).map(
          ({ name, field }) => (
            <FieldControl
              key={name}
              field={field}
              draft={state.drafts[name] ?? ''}
              onChange={(draft) => edit(name, draft)}
              onBlur={() => leave(name)}
              error={errorAt(name)}
              columns={columns}
              subject={subject}
            />
          ),
        )}
      </div>
      {!followed && canFollow(definition) && (
        <FollowField
          draft={follow}
          problems={following?.ok === false ? following.problems : {}}
          onChange={(next) => setState((before) => ({ ...before, follow: next }))}
        />
      )}
      {errorAt('') !== undefined && (
        <Text c="var(--mantine-color-error)" role="alert">
          {errorAt('')}
        </Text>
      )}
      {definition.issue !== 'Schema' && definition.domain !== 'query' && (
        <ConditionBuilder
          drafts={state.conditions}
          columns={columns}
          problems={!rows.ok && (left.has(ROWS) || left.has(EVERYTHING)) ? rows.problems : {}}
          onChange={(conditions) => {
            setServerErrors(({ [ROWS]: _, ...others }) => others)
            setState((before) => ({ ...before, conditions }))
          }}
        />
      )}
      {serverErrors[ROWS] !== undefined && (
        <Text c="var(--mantine-color-error)" role="alert">
          {serverErrors[ROWS]}
        </Text>
      )}
      {!followed && follow === null && (
        <ExpectationPreview
          assetId={asset.id}
          input={
            parsed.ok && Object.keys(errors).every((name) => name === DESCRIPTION) ? inputOf(state, parsed.kwargs, null, template) : null
          }
        />
      )}
      <Input.Wrapper label="Severity" labelElement="div" description="How much a failure matters.">
        <SegmentedControl
          aria-label="Severity"
          mt={4}
          display="flex"
          w="fit-content"
          value={state.severity}
          onChange={(severity) => setState({ ...state, severity: Severity.parse(severity) })}
          data={Severity.options.map((value) => ({ value, label: severityTitles[value] }))}
        />
      </Input.Wrapper>
      <TextInput
        label="Description"
        description={needsWords ? 'What the query looks for, in a sentence: lists and results show it.' : 'Shown in place of the sentence.'}
        required={needsWords}
        value={state.description}
        maxLength={2_000}
        onChange={(event) => {
          setState({ ...state, description: event.currentTarget.value })
          setServerErrors(({ [DESCRIPTION]: _, ...others }) => others)
        }}
        onBlur={() => leave(DESCRIPTION)}
        error={errorAt(DESCRIPTION)}
      />
      <Textarea
        label="Notes"
        description="For whoever reads this later."
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={state.notes}
        onChange={(event) => setState({ ...state, notes: event.currentTarget.value })}
      />
      {problem !== null && <Problem error={problem} onRetry={() => void save(false)} />}
      <Group gap="xs" className={styles.actions}>
        <Button type="submit" loading={saving}>
          Save
        </Button>
        {stored === null && (
          <Button variant="default" onClick={() => void save(true)} disabled={saving}>
            Save &amp; Add More
          </Button>
        )}
        <Button variant="subtle" color="gray" c="dimmed" onClick={onBack} disabled={saving}>
          {stored === null ? 'Back' : 'Close'}
        </Button>
        <Stack gap={0} ml="auto">
          <Text size="xs" c="dimmed">
            <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> saves
          </Text>
        </Stack>
      </Group>
    </form>
  )
}

interface ExpectationFormProps {
  readonly asset: DataAsset
  readonly definition: AnyExpectationDefinition
  /** The expectation that is edited; null for a new one. */
  readonly stored: Expectation | null
  /** What the form begins with: the one that is edited or duplicated; null for a new one. */
  readonly template: Expectation | null
  /** The column that was picked before the form; null when none was. */
  readonly column: string | null
  readonly columns: readonly Column[]
  /** The last profile, for suggestions; null when there is none. */
  readonly profile: AssetProfile | null
  /** Values of the suite parameters that a field may name. */
  readonly parameters: SuiteParameters
  /** Under which what was typed is kept when the form is left. */
  readonly keepKey: string
  onSaved(expectation: Expectation, addMore: boolean): void
  onBack(): void
}

const DESCRIPTION = 'description'
const ROWS = 'row_condition'
const FOLLOW = 'windows'
/** Marks all fields as left: a save was tried. */
const EVERYTHING = '*'

function startingState(
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

/** One that cannot be read any more is left out, and the sentence says so no longer: the list of expectations still does. */
function conditionsOf(kwargs: Expectation['kwargs'] | null): ConditionDrafts {
  const read = readRowCondition(kwargs?.row_condition)
  return draftsOfCondition(read.ok ? read.condition : null)
}

/** The form with what is suggested for the column in it, where a person has not typed something else. */
function withSuggestions(
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

function takeKept(key: string, type: string): FormState | null {
  const kept = keptForm(key)
  return kept?.type === type ? kept : null
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

/** After the errors have been drawn. */
function focusFirstProblem(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
