import { Anchor, Button, Group, Kbd, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { api } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { ProseText } from '#parts/expectation-sentence.tsx'
import { Problem } from '#parts/problem.tsx'
import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import type { AssetProfile, DataAsset } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { Expectation, SuiteParameters } from '#shared/model/expectation.ts'
import { ConditionBuilder } from './condition-builder.tsx'
import { ExpectationPreview } from './expectation-preview.tsx'
import { ExpectationWords } from './expectation-words.tsx'
import styles from './expectations.module.css'
import { FieldControl } from './field-control.tsx'
import { FollowField } from './follow-field.tsx'
import { canFollow, followedFields, stemOf } from './follow-model.ts'
import { type Draft, formFields } from './form-model.ts'
import { DESCRIPTION, needsWords, ROWS, readForm, startingState, withDraft, withSuggestions } from './form-state.ts'
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

  // The list that it was picked from may have been scrolled far down.
  useEffect(() => {
    form.current?.closest('[role="dialog"]')?.scrollTo({ top: 0 })
  }, [])

  // Figures that arrive while the form is open fill in what has not been touched.
  useEffect(() => {
    if (template === null && profile !== null) setState((before) => withSuggestions(definition, before, profile, columns))
  }, [template, profile, definition, columns])

  const changed = JSON.stringify(state) !== JSON.stringify(fresh)
  useEffect(() => keepForm(keepKey, changed ? state : null), [keepKey, changed, state])

  const [stem] = useState(() => stemOf(template?.windows))
  const setting = { asset, definition, template, columns, parameters, stem }
  const { subject, rows, following, followed, errors, prose, input, trial } = readForm(setting, state)
  const { follow } = state
  const errorAt = (name: string) => serverErrors[name] ?? (left.has(name) || left.has(EVERYTHING) ? errors[name] : undefined)

  const forgive = (name: string) => setServerErrors(({ [name]: _, ...others }) => others)
  const edit = (name: string, draft: Draft) => {
    forgive(name)
    setState((before) => withDraft(setting, profile, before, name, draft))
  }
  const leave = (name: string) => setLeft((before) => new Set(before).add(name))

  const save = async (addMore: boolean) => {
    setLeft(new Set([EVERYTHING]))
    setServerErrors({})
    setProblem(null)
    if (saving) return
    if (input === null) return focusFirstProblem(form.current)
    setSaving(true)
    try {
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
        {prose === null ? (
          <span className={styles.unfinished}>The sentence appears here once the fields are filled in.</span>
        ) : (
          <ProseText prose={prose} />
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
            forgive(ROWS)
            setState((before) => ({ ...before, conditions }))
          }}
        />
      )}
      {serverErrors[ROWS] !== undefined && (
        <Text c="var(--mantine-color-error)" role="alert">
          {serverErrors[ROWS]}
        </Text>
      )}
      {!followed && follow === null && <ExpectationPreview assetId={asset.id} input={trial} />}
      <ExpectationWords
        state={state}
        needed={needsWords(definition)}
        problem={errorAt(DESCRIPTION)}
        onChange={(change) => {
          if (change.description !== undefined) forgive(DESCRIPTION)
          setState((before) => ({ ...before, ...change }))
        }}
        onLeave={() => leave(DESCRIPTION)}
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

/** Marks all fields as left: a save was tried. */
const EVERYTHING = '*'

function takeKept(key: string, type: string): FormState | null {
  const kept = keptForm(key)
  return kept?.type === type ? kept : null
}

/** After the errors have been drawn. */
function focusFirstProblem(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
