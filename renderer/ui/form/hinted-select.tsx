import { MultiSelect, Select, type SelectProps } from '@mantine/core'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'

/** An option with a remark set apart, for example a name and its type. */
export interface HintedOption {
  readonly value: string
  readonly label: string
  readonly hint: string
}

export function HintedSelect({
  label,
  help,
  value,
  onChange,
  onBlur,
  error,
  required = false,
  placeholder,
  options,
  nothingFound,
}: HintedSelectProps<string>) {
  return (
    <Select
      label={label}
      description={help}
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
      onBlur={onBlur}
      error={error}
      required={required}
      placeholder={placeholder ?? ''}
      data={options.map((option) => ({ value: option.value, label: option.label }))}
      renderOption={renderHinted(options)}
      rightSection={<Hint text={options.find((option) => option.value === value)?.hint ?? null} />}
      rightSectionWidth="auto"
      rightSectionPointerEvents="none"
      nothingFoundMessage={nothingFound}
      searchable
      allowDeselect={false}
      maxDropdownHeight={280}
      comboboxProps={{ shadow: 'sm' }}
    />
  )
}

export function HintedMultiSelect({
  label,
  help,
  value,
  onChange,
  onBlur,
  error,
  required = false,
  placeholder,
  options,
  nothingFound,
}: HintedSelectProps<readonly string[]>) {
  return (
    <MultiSelect
      label={label}
      description={help}
      value={[...value]}
      onChange={onChange}
      onBlur={onBlur}
      error={error}
      required={required}
      placeholder={value.length === 0 ? (placeholder ?? '') : ''}
      data={options.map((option) => ({ value: option.value, label: option.label }))}
      renderOption={renderHinted(options)}
      nothingFoundMessage={nothingFound}
      searchable
      clearable
      hidePickedOptions
      maxDropdownHeight={280}
    />
  )
}

interface HintedSelectProps<Value> extends ControlProps<Value> {
  readonly options: readonly HintedOption[]
  readonly nothingFound: string
}

function renderHinted(options: readonly HintedOption[]): NonNullable<SelectProps['renderOption']> {
  const hints = new Map(options.map((option) => [option.value, option.hint]))
  return ({ option }) => (
    <span className={styles.option}>
      <span className={styles.name}>{option.label}</span>
      <span className={styles.hint}>{hints.get(option.value)}</span>
    </span>
  )
}

function Hint({ text }: { readonly text: string | null }) {
  return text === null ? null : <span className={styles.hintInside}>{text}</span>
}
