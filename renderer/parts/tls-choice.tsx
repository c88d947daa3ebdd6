import { Select, Stack, Text } from '@mantine/core'
import { Sslmode } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { decideTls, describeTls, isLocal } from '#shared/postgres/tls-policy.ts'
import { PlaintextConsent } from './plaintext-consent.tsx'
import styles from './tls-choice.module.css'

/** How the connection is protected: as the string or the host decides, or as chosen here. */
export function TlsChoice({ fields, chosen, consent, problem, onChange }: TlsChoiceProps) {
  const host = fields?.host ?? 'example.org'
  const usual = effectiveSslmode(fields, null)
  const effective = effectiveSslmode(fields, chosen)
  const words = effective === null ? null : describeTls(effective, host)
  return (
    <Stack gap={8}>
      <Select
        label="Protection"
        data={[
          {
            value: 'usual',
            label:
              usual === null
                ? 'As the connection string says'
                : `${describeTls(usual, host).title} (${fields?.sslmode === null ? 'usual for this host' : 'as the connection string says'})`,
          },
          ...Sslmode.options.map((value) => ({ value, label: describeTls(value, host).title })),
        ]}
        value={chosen ?? 'usual'}
        onChange={(value) =>
          onChange({ sslmode: value === null || value === 'usual' ? null : Sslmode.parse(value), plaintextConsent: false })
        }
        error={problem ?? null}
        allowDeselect={false}
      />
      {words !== null &&
        (words.tone === 'calm' ? (
          <Text component="p" m={0} c="dimmed">
            {words.explanation}
          </Text>
        ) : (
          <div className={styles.amber}>
            <Text component="p" m={0}>
              {words.explanation} The data source is marked for as long as this holds.
            </Text>
            {needsConsent(fields, chosen) && (
              <PlaintextConsent given={consent} onChange={(given) => onChange({ sslmode: chosen, plaintextConsent: given })} />
            )}
          </div>
        ))}
    </Stack>
  )
}

interface TlsChoiceProps {
  /** null: the connection string cannot be read yet. */
  readonly fields: ConnectionFields | null
  readonly chosen: Sslmode | null
  readonly consent: boolean
  /** What the services said about it. */
  readonly problem?: string | null
  readonly onChange: (change: { readonly sslmode: Sslmode | null; readonly plaintextConsent: boolean }) => void
}

/** What will be used; null while the connection string cannot be read. Consent is asked for apart. */
export function effectiveSslmode(fields: ConnectionFields | null, chosen: Sslmode | null): Sslmode | null {
  if (fields === null) return chosen
  const decision = decideTls({ host: fields.host, word: fields.sslmode, chosen, plaintextConsent: true })
  return decision.allowed ? decision.sslmode : null
}

/** Without encryption, off this computer. */
export function needsConsent(fields: ConnectionFields | null, chosen: Sslmode | null): boolean {
  return fields !== null && effectiveSslmode(fields, chosen) === 'disable' && !isLocal(fields.host)
}
