import { TextInput } from '@mantine/core'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'

/** A number, as text: PostgreSQL's numbers have more digits than a browser's number field keeps. */
export function FigureInput({
  label,
  help,
  value,
  onChange,
  onBlur,
  error,
  required = false,
  placeholder,
  unit,
  whole = false,
}: FigureInputProps) {
  return (
    <TextInput
      label={label}
      description={help}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
      error={error}
      required={required}
      placeholder={placeholder ?? ''}
      inputMode={whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      rightSection={unit === undefined ? null : <span aria-hidden>{unit}</span>}
      rightSectionWidth={unit === undefined ? 0 : Math.max(28, unit.length * 8 + 12)}
      className={styles.short}
    />
  )
}

interface FigureInputProps extends ControlProps<string> {
  readonly unit?: string | undefined
  readonly whole?: boolean
}
