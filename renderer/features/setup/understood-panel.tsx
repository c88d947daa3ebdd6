import { Text, Title } from '@mantine/core'
import { TlsBadge } from '#parts/tls-badge.tsx'
import type { Sslmode } from '#shared/model/data-source.ts'
import type { ParsedConnectionString } from '#shared/postgres/connection-fields.ts'
import { DefinitionList } from '#ui/definition-list.tsx'
import styles from './setup.module.css'

/** What was read from the connection string, so that a slip is seen before anything is sent. */
export function UnderstoodPanel({ parsed, sslmode, passwordGiven }: UnderstoodPanelProps) {
  return (
    <section className={styles.panel} aria-label="What was understood">
      <Title order={3} mb={8}>
        What was understood
      </Title>
      {parsed.ok ? (
        <DefinitionList
          items={[
            { term: parsed.fields.host.startsWith('/') ? 'Socket' : 'Host', value: parsed.fields.host },
            { term: 'Port', value: String(parsed.fields.port) },
            { term: 'Database', value: parsed.fields.database },
            { term: 'User', value: parsed.fields.user },
            { term: 'Password', value: passwordGiven ? 'given' : 'none' },
            ...(parsed.fields.searchPath === null ? [] : [{ term: 'Schemas', value: parsed.fields.searchPath.join(', ') }]),
            ...(sslmode === null ? [] : [{ term: 'Protection', value: <TlsBadge sslmode={sslmode} host={parsed.fields.host} /> }]),
          ]}
        />
      ) : (
        <Text component="p" m={0} c="dimmed">
          Host, port, database and user appear here as soon as the connection string can be read.
        </Text>
      )}
    </section>
  )
}

interface UnderstoodPanelProps {
  readonly parsed: ParsedConnectionString
  readonly sslmode: Sslmode | null
  readonly passwordGiven: boolean
}
