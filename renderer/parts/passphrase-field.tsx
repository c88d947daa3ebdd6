import { PasswordInput } from '@mantine/core'

/** A passphrase of the vault, masked unless it is asked for. */
export function PassphraseField({ label, value, onChange, error = null, description, autoFocus = false }: PassphraseFieldProps) {
  return (
    <PasswordInput
      label={label}
      {...(description === undefined ? {} : { description })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      autoComplete="off"
      spellCheck={false}
      required
      withAsterisk={false}
      maxLength={1_024}
      {...(autoFocus ? { 'data-autofocus': true } : {})}
    />
  )
}

interface PassphraseFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | null
  readonly description?: string
  readonly autoFocus?: boolean
}
