import { Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { TlsBadge } from '#parts/tls-badge.tsx'
import type { Sslmode } from '#shared/model/data-source.ts'
import type { ConnectionFields, ParsedConnectionString } from '#shared/postgres/connection-fields.ts'
import { type ConnectionParts, noParts, type PartName, partProblem, partsOf, textOf } from './connection-parts.ts'
import styles from './setup.module.css'

/**
 * The other way to say a connection: one field a part. Typing here writes the connection string, and what is typed or
 * pasted there is seen here, so that a slip shows before anything is sent.
 */
export function ConnectionPartsPanel({ text, parsed, sslmode, onChange }: ConnectionPartsPanelProps) {
  const [typed, setTyped] = useState<{ readonly made: string; readonly parts: ConnectionParts }>({ made: '', parts: noParts })
  // What was typed here stands as it was typed, until the string is changed by somebody else.
  const parts = typed.made === text ? typed.parts : parsed.ok ? partsOf(parsed.fields) : noParts
  const edit = (change: Partial<ConnectionParts>) => {
    const next = { ...parts, ...change }
    const made = textOf(next, keptOf(parsed))
    setTyped({ made, parts: next })
    onChange(made)
  }
  const field = (name: PartName, label: string, more: { readonly placeholder?: string; readonly description?: string } = {}) => (
    <TextInput
      label={label}
      value={parts[name]}
      onChange={(event) => edit({ [name]: event.currentTarget.value })}
      error={partProblem(name, parts, parsed)}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      maxLength={1_000}
      {...more}
    />
  )
  return (
    <section className={styles.panel} aria-label="Connection by fields">
      <Title order={3} mb={8}>
        Or field by field
      </Title>
      <Stack gap="xs">
        <Group gap="xs" align="flex-start" wrap="nowrap" className={styles.hostAndPort}>
          {field('host', 'Host', { placeholder: 'db.example.org' })}
          {field('port', 'Port', { placeholder: '5432' })}
        </Group>
        {field('database', 'Database name', { placeholder: 'Named like the user' })}
        {field('user', 'User')}
        {field('schemas', 'Schemas', {
          placeholder: 'The role’s own',
          description: 'The search path, with commas. Empty: as the role has it.',
        })}
        {parsed.ok && sslmode !== null && (
          <Group gap="xs">
            <Text component="span" c="dimmed">
              Protection
            </Text>
            <TlsBadge sslmode={sslmode} host={parsed.fields.host} />
          </Group>
        )}
      </Stack>
    </section>
  )
}

/** What the string says and no field here shows. */
function keptOf(parsed: ParsedConnectionString): Pick<ConnectionFields, 'sslmode' | 'certificateFiles'> {
  if (!parsed.ok) return { sslmode: null }
  const { sslmode, certificateFiles } = parsed.fields
  return certificateFiles === undefined ? { sslmode } : { sslmode, certificateFiles }
}

interface ConnectionPartsPanelProps {
  readonly text: string
  readonly parsed: ParsedConnectionString
  readonly sslmode: Sslmode | null
  /** The connection string without a password. */
  onChange(text: string): void
}
