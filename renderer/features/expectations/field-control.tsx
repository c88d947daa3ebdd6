import { Input, SegmentedControl, Switch, Textarea } from '@mantine/core'
import type { ComponentType } from 'react'
import type { Field } from '#shared/expectations/fields.ts'
import type { Column } from '#shared/model/data-source.ts'
import { BoundInput } from '#ui/form/bound-input.tsx'
import type { ControlProps } from '#ui/form/control.ts'
import { FigureInput } from '#ui/form/figure-input.tsx'
import { HintedMultiSelect, type HintedOption, HintedSelect } from '#ui/form/hinted-select.tsx'
import { PatternInput } from '#ui/form/pattern-input.tsx'
import { kindOfCategory, type Scalar } from '#ui/form/scalar.ts'
import { ShareInput } from '#ui/form/share-input.tsx'
import { SqlField } from '#ui/form/sql-field.tsx'
import { ValuesInput } from '#ui/form/values-input.tsx'
import styles from './expectations.module.css'
import { acceptsColumn, type Draft } from './form-model.ts'

/** Draws one param by its control. A new control is one row in the table below. */
export function FieldControl(props: FieldControlProps) {
  // The table's type ties each row to its control; TypeScript cannot follow that through the index.
  const Control = controls[props.field.control] as ComponentType<FieldControlProps>
  return (
    <div className={styles.field} data-narrow={NARROW.has(props.field.control) || undefined}>
      <Control {...props} />
    </div>
  )
}

/** Controls that take half the width: two of them stand side by side. */
const NARROW: ReadonlySet<Field['control']> = new Set(['integer', 'number', 'bound', 'share', 'switch'])

export interface FieldControlProps<Own extends Field = Field> {
  readonly field: Own
  readonly draft: Draft
  onChange(draft: Draft): void
  onBlur(): void
  readonly error: string | undefined
  readonly columns: readonly Column[]
  /** The column that bounds and values belong to. */
  readonly subject: Column | null
}

type Control<Name extends Field['control']> = ComponentType<FieldControlProps<Extract<Field, { control: Name }>>>

const controls: { readonly [Name in Field['control']]: Control<Name> } = {
  column: (props) => {
    const fitting = props.columns.filter((column) => acceptsColumn(props.field.accepts, column))
    return (
      <HintedSelect
        {...textOf(props)}
        options={withStrangers(fitting, props.columns, [text(props.draft)])}
        placeholder="Pick a column"
        nothingFound="No column of a fitting type has this name."
      />
    )
  },
  columns: (props) => {
    const picked = Array.isArray(props.draft) ? props.draft.map(String) : []
    return (
      <HintedMultiSelect
        {...words(props)}
        value={picked}
        onChange={props.onChange}
        options={withStrangers(props.columns, props.columns, picked)}
        placeholder="Pick columns"
        nothingFound="No column has this name."
      />
    )
  },
  integer: (props) => <FigureInput {...textOf(props)} unit={props.field.unit} placeholder="No limit" whole />,
  number: (props) => <FigureInput {...textOf(props)} unit={props.field.unit} placeholder="No limit" />,
  bound: (props) => <BoundInput {...textOf(props)} kind={kindOfCategory(props.subject?.category ?? null)} />,
  share: (props) => <ShareInput {...textOf(props)} />,
  pattern: (props) => <PatternInput {...textOf(props)} />,
  json: (props) => (
    <Textarea
      label={props.field.label}
      description={props.field.help}
      value={text(props.draft)}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onBlur={props.onBlur}
      error={props.error}
      required={!props.field.optional}
      autosize
      minRows={2}
      maxRows={10}
      spellCheck={false}
      classNames={{ input: 'monospace' }}
    />
  ),
  sql: (props) => <SqlField {...textOf(props)} />,
  values: (props) => (
    <ValuesInput
      {...words(props)}
      value={Array.isArray(props.draft) ? (props.draft as readonly Scalar[]) : []}
      onChange={props.onChange}
      kind={kindOfCategory(props.subject?.category ?? null)}
    />
  ),
  switch: ({ field, draft, onChange, onBlur, error }) => (
    <Switch
      label={field.label}
      description={field.help}
      checked={draft === true}
      onChange={(event) => onChange(event.currentTarget.checked)}
      onBlur={onBlur}
      error={error}
    />
  ),
  choice: (props) => (
    <Input.Wrapper label={props.field.label} description={props.field.help} error={props.error} labelElement="div">
      <SegmentedControl
        aria-label={props.field.label}
        data={props.field.options.map(({ value, label }) => ({ value, label }))}
        value={text(props.draft)}
        onChange={props.onChange}
        display="flex"
        w="fit-content"
      />
    </Input.Wrapper>
  ),
}

function words({ field, error, onBlur }: FieldControlProps): Omit<ControlProps<never>, 'value' | 'onChange'> {
  return { label: field.label, help: field.help, error, onBlur, required: !field.optional }
}

function textOf(props: FieldControlProps): ControlProps<string> {
  return { ...words(props), value: text(props.draft), onChange: props.onChange }
}

function text(draft: Draft): string {
  return typeof draft === 'string' ? draft : ''
}

/** The offered columns with their types, and names that are picked although they are not offered: shown, never dropped in silence. */
function withStrangers(offered: readonly Column[], all: readonly Column[], picked: readonly string[]): readonly HintedOption[] {
  const options = offered.map(({ name, type }) => ({ value: name, label: name, hint: type }))
  const strangers = picked.filter((name) => name !== '' && !offered.some((column) => column.name === name))
  return [
    ...options,
    ...strangers.map((name) => {
      const type = all.find((column) => column.name === name)?.type
      return { value: name, label: name, hint: type ?? (all.length === 0 ? '' : 'not in the table') }
    }),
  ]
}
