import { Checkbox, Select, Stack, Text } from '@mantine/core'
import { Sslmode } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { decideTls, describeTls, isLocal } from '#shared/postgres/tls-policy.ts'
import styles from './setup.module.css'

/** How the connection is protected: as the string or the host decides, or as chosen here. */
export function TlsChoice({ fields, chosen, consent, onChange }: TlsChoiceProps) {
  const host = fields?.host ?? 'example.org'
  const usual = effectiveSslmode(fields, null)
  const effective = effectiveSslmode(fields, chosen)
  const words = effective === null ? null : describeTls(effective, host)
  const plaintext = effective === 'disable' && fields !== null && !isLocal(fields.host)
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
            {plaintext && (
              <Checkbox
                mt={8}
                label="I accept that everything sent can be read on the way"
                checked={consent}
                onChange={(event) => onChange({ sslmode: chosen, plaintextConsent: event.currentTarget.checked })}
              />
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
  readonly onChange: (change: { readonly sslmode: Sslmode | null; readonly plaintextConsent: boolean }) => void
}

/** What will be used; null while the connection string cannot be read. Consent is asked for apart. */
export function effectiveSslmode(fields: ConnectionFields | null, chosen: Sslmode | null): Sslmode | null {
  if (fields === null) return chosen
  const decision = decideTls({ host: fields.host, word: fields.sslmode, chosen, plaintextConsent: true })
  return decision.allowed ? decision.sslmode : null
}
