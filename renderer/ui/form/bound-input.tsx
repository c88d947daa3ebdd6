import { TextInput } from '@mantine/core'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'
import type { ScalarKind } from './scalar.ts'

/** An end of a range: a number, a date or a text, whichever the values compared with it are. */
export function BoundInput({ label, help, value, onChange, onBlur, error, required = false, kind }: BoundInputProps) {
  return (
    <TextInput
      label={label}
      description={help}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
      error={error}
      required={required}
      placeholder={placeholders[kind]}
      inputMode={kind === 'number' ? 'decimal' : 'text'}
      autoComplete="off"
      className={styles.short}
    />
  )
}

interface BoundInputProps extends ControlProps<string> {
  readonly kind: ScalarKind
}

const placeholders: Readonly<Record<ScalarKind, string>> = {
  number: 'No limit',
  date: 'No limit, or 2026-01-31',
  boolean: 'No limit',
  text: 'No limit',
  unknown: 'No limit',
}
