import { TextInput } from '@mantine/core'
import type { ControlProps } from './control.ts'
import styles from './form.module.css'

/** A share in percent, as text, so that nothing is lost while it is being typed. */
export function ShareInput({ label, help, value, onChange, onBlur, error, required = false }: ControlProps<string>) {
  return (
    <TextInput
      label={label}
      description={help}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
      error={error}
      required={required}
      inputMode="decimal"
      autoComplete="off"
      rightSection={<span aria-hidden>%</span>}
      className={styles.short}
    />
  )
}
