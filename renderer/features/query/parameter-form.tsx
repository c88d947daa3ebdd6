import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ParameterValues } from '#shared/sql/parameters.ts'
import { countOf } from '#ui/format.ts'
import styles from './parameter-form.module.css'

/** The values of a text's parameters, asked for before it runs. Enter runs it. */
export function ParameterForm({ names, last, onRun, onClose }: ParameterFormProps) {
  return (
    <Modal opened={names !== null} onClose={onClose} title={`Values of ${countOf(names?.length ?? 0, 'parameter')}`} size="md">
      {names !== null && <Fields key={names.join(' ')} names={names} last={last} onRun={onRun} onClose={onClose} />}
    </Modal>
  )
}

interface ParameterFormProps {
  /** null: nothing is asked. */
  readonly names: readonly string[] | null
  /** Those of the run before. */
  readonly last: ParameterValues
  onRun(values: ParameterValues): void
  onClose(): void
}

function Fields({ names, last, onRun, onClose }: Omit<ParameterFormProps, 'names'> & { readonly names: readonly string[] }) {
  const [values, setValues] = useState<ParameterValues>(() => Object.fromEntries(names.map((name) => [name, valueIn(last, name)])))
  const set = (name: string, value: string | null) => setValues((before) => ({ ...before, [name]: value }))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onRun(values)
      }}
    >
      <Stack gap="sm">
        {names.map((name, index) => {
          const value = valueIn(values, name)
          const written = writtenAs(name)
          return (
            <div key={name} className={styles.parameter}>
              <TextInput
                label={written}
                value={value ?? ''}
                placeholder={value === null ? 'NULL' : ''}
                disabled={value === null}
                onChange={(event) => set(name, event.currentTarget.value)}
                autoComplete="off"
                spellCheck={false}
                {...(index === 0 ? { 'data-autofocus': true } : {})}
              />
              <Checkbox
                label="NULL"
                aria-label={`${written} is NULL`}
                checked={value === null}
                onChange={(event) => set(name, event.currentTarget.checked ? null : '')}
              />
            </div>
          )
        })}
        <Text size="sm" c="dimmed">
          Values are sent beside the statement, without quotes. They are kept while this tab is open, and nowhere else. The menu “How
          scripts run” can turn this question off.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Execute</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Not given yet: an empty text. */
function valueIn(values: ParameterValues, name: string): string | null {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : ''
}

function writtenAs(name: string): string {
  return /^[0-9]/.test(name) ? `$${name}` : `:${name}`
}
