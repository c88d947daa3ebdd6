import { Stack, TextInput } from '@mantine/core'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { splitPassword } from './connection-text.ts'
import { PasswordField } from './password-field.tsx'

/**
 * A connection string, and its password in a field of its own. A password that is pasted or typed within the string moves
 * there as soon as the string is left, so that it is masked and never written down with the rest.
 */
export function ConnectionField({ text, password, onChange, problem, passwordHint, placeholder }: ConnectionFieldProps) {
  const parsed = parseConnectionString(text)
  const holdsPassword = parsed.ok && parsed.fields.password !== null
  const settle = (raw: string) => {
    const split = splitPassword(raw)
    if (split.password !== null) onChange({ text: split.text, password: split.password })
  }
  return (
    <Stack gap="sm">
      <TextInput
        label="Connection string"
        // Each fits on one line: a click on a button below must not miss it because leaving the field moved it.
        description={
          holdsPassword
            ? 'The password moves to its own field when you leave this one.'
            : 'A URL, a JDBC address, key=value pairs or a psql command; ${NAME} for an environment variable'
        }
        placeholder={placeholder ?? 'postgresql://YourUserName:YourPassword@YourHostName:5432/YourDatabaseName'}
        value={text}
        onChange={(event) => onChange({ text: event.currentTarget.value, password })}
        onPaste={(event) => {
          const input = event.currentTarget
          const pasted = event.clipboardData.getData('text')
          const whole = `${input.value.slice(0, input.selectionStart ?? 0)}${pasted}${input.value.slice(input.selectionEnd ?? input.value.length)}`
          const split = splitPassword(whole)
          if (split.password === null) return
          event.preventDefault()
          onChange({ text: split.text, password: split.password })
        }}
        onBlur={(event) => settle(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle(event.currentTarget.value)
        }}
        error={problem ?? (text.trim() === '' || parsed.ok ? null : parsed.problem.sentence)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={8_192}
        classNames={{ input: 'monospace' }}
      />
      <PasswordField
        label="Password"
        value={password}
        onChange={(value) => onChange({ text, password: value })}
        {...(passwordHint === undefined ? {} : { description: passwordHint })}
      />
    </Stack>
  )
}

interface ConnectionFieldProps {
  readonly text: string
  readonly password: string
  readonly onChange: (change: { readonly text: string; readonly password: string }) => void
  /** What the services said about it. */
  readonly problem?: string | null
  readonly passwordHint?: string
  readonly placeholder?: string
}
