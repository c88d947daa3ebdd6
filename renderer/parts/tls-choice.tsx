import { Select, Stack, Text } from '@mantine/core'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { describeTls } from '#shared/postgres/tls-policy.ts'
import { PlaintextConsent } from './plaintext-consent.tsx'
import { choiceOf, choose, effectiveSslmode, needsConsent, type Protection, type ProtectionChoice, usualTitle } from './protection.ts'
import styles from './tls-choice.module.css'

/** How the connection is protected: as the string or the host decides, or as chosen here. */
export function TlsChoice({ fields, value, problem, onChange }: TlsChoiceProps) {
  const host = fields?.host ?? 'example.org'
  const choice = choiceOf(fields, value)
  const effective = effectiveSslmode(fields, value.sslmode)
  const own = choice === 'own-authority' || value.certificates.rootCertificatePem !== null || fields?.certificateFiles?.root != null
  const words = effective === null ? null : describeTls(effective, host, own)
  const option = (name: Exclude<ProtectionChoice, 'usual' | 'own-authority'>) => ({ value: name, label: describeTls(name, host).title })
  return (
    <Stack gap={8}>
      <Select
        label="Protection"
        data={[
          { value: 'usual', label: usualTitle(fields) },
          option('verify-full'),
          // Where the string names its files, the authority is one of them.
          ...(fields?.certificateFiles === undefined
            ? [{ value: 'own-authority' as const, label: describeTls('verify-full', host, true).title }]
            : []),
          option('verify-ca'),
          option('require'),
          option('disable'),
        ]}
        value={choice}
        onChange={(next) => onChange(choose(next ?? 'usual', value))}
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
            {needsConsent(fields, value.sslmode) && (
              <PlaintextConsent key={host} given={value.plaintextConsent} onChange={(plaintextConsent) => onChange({ plaintextConsent })} />
            )}
          </div>
        ))}
    </Stack>
  )
}

interface TlsChoiceProps {
  /** null: the connection string cannot be read yet. */
  readonly fields: ConnectionFields | null
  readonly value: Protection
  /** What the services said about it. */
  readonly problem?: string | null
  readonly onChange: (change: Partial<Protection>) => void
}
