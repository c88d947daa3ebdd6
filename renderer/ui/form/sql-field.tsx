import { Textarea } from '@mantine/core'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'

/** A query inside a form. */
export function SqlField({ label, help, value, onChange, onBlur, error, required = false }: ControlProps<string>) {
  return (
    <Textarea
      label={label}
      description={help}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
      error={error}
      required={required}
      autosize
      minRows={5}
      maxRows={16}
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: styles.monospace ?? '' }}
    />
  )
}
