import { TextInput } from '@mantine/core'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'

/** A regular expression, exactly as typed: blanks at its ends count. */
export function PatternInput({ label, help, value, onChange, onBlur, error, required = false }: ControlProps<string>) {
  return (
    <TextInput
      label={label}
      description={help}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
      error={error}
      required={required}
      placeholder="^[A-Z]{2}-[0-9]+$"
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      classNames={{ input: styles.monospace ?? '' }}
    />
  )
}
