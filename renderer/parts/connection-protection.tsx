import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { CertificatesField } from './certificates-field.tsx'
import { effectiveSslmode, type Protection } from './protection.ts'
import { TlsChoice } from './tls-choice.tsx'

/** All that a form asks about the protection of a connection: how far, and with which certificates. */
export function ConnectionProtection({ fields, value, keyStored = false, problems = {}, onChange }: ConnectionProtectionProps) {
  return (
    <>
      <TlsChoice fields={fields} value={value} problem={problems.sslmode ?? null} onChange={onChange} />
      {effectiveSslmode(fields, value.sslmode) !== 'disable' && (
        <CertificatesField
          value={value}
          keyStored={keyStored}
          fields={fields}
          problem={problems.certificates ?? null}
          onChange={onChange}
        />
      )}
    </>
  )
}

interface ConnectionProtectionProps {
  /** null: the connection string cannot be read yet. */
  readonly fields: ConnectionFields | null
  readonly value: Protection
  /** A key is stored for the client certificate. */
  readonly keyStored?: boolean
  /** What the services said, by field. */
  readonly problems?: { readonly sslmode?: string | null; readonly certificates?: string | null }
  readonly onChange: (change: Partial<Protection>) => void
}
