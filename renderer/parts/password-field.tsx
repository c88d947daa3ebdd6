import { Button, Group, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useCopy } from '#ui/copy-text.ts'
import { makePassword } from './role-password.ts'

/** A password, masked unless it is asked for. With `canMake`, one can be made: it is shown once, to be copied. */
export function PasswordField({ label, description, value, onChange, error, canMake = false }: PasswordFieldProps) {
  const [visible, setVisible] = useState(false)
  const [made, setMade] = useState(false)
  const { copied, copy } = useCopy()
  /** What was not copied stays in sight. */
  const copyAndHide = async () => {
    if (await copy(value)) setVisible(false)
  }
  const make = () => {
    onChange(makePassword())
    setMade(true)
    setVisible(true)
  }
  return (
    <div>
      <PasswordInput
        label={label}
        description={description}
        value={value}
        onChange={(event) => {
          setMade(false)
          onChange(event.currentTarget.value)
        }}
        visible={visible}
        onVisibilityChange={setVisible}
        visibilityToggleButtonProps={{ 'aria-label': visible ? 'Hide password' : 'Show password' }}
        error={error}
        autoComplete="off"
        spellCheck={false}
        maxLength={1_024}
        classNames={{ innerInput: 'monospace' }}
      />
      {canMake && (
        <Group gap={8} mt={8}>
          <Button variant="default" onClick={make}>
            Make a password
          </Button>
          {made && (
            <Button variant="default" onClick={() => void copyAndHide()}>
              {copied ? 'Copied' : 'Copy password'}
            </Button>
          )}
        </Group>
      )}
    </div>
  )
}

interface PasswordFieldProps {
  readonly label: string
  readonly description?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | null
  readonly canMake?: boolean
}
