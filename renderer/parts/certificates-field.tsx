import { Button, Checkbox, FileButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Certificates } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'

/** One's own authority and client certificate, pasted or chosen. SECURITY: the key goes one way, and a stored one is never shown. */
export function CertificatesField({ value, stored, fields, fromFiles, problem, onChange, onFromFiles }: CertificatesFieldProps) {
  const used = value.rootCertificatePem !== null || value.clientCertificatePem !== null
  const [open, setOpen] = useState(used)
  const files = fields?.certificateFiles
  const change = (part: Partial<Certificates>) => onChange({ ...value, ...part })
  if (files !== undefined) {
    return (
      <Stack gap={4}>
        <Checkbox
          label="Read the certificate files that the connection string names"
          description={`${[files.root, files.certificate, files.key].filter((path) => path !== null).join(', ')}. What is in them is kept; a key goes into the keychain.`}
          checked={fromFiles}
          onChange={(event) => onFromFiles(event.currentTarget.checked)}
          error={problem ?? null}
        />
      </Stack>
    )
  }
  if (!open && problem == null) {
    return (
      <div>
        <Button variant="default" onClick={() => setOpen(true)}>
          Certificates of my own …
        </Button>
      </div>
    )
  }
  return (
    <Stack gap="sm">
      <PemField
        label="Certificate of the authority"
        description="For a server whose certificate is signed by an authority of your own. Without it, the authorities of this computer count."
        value={value.rootCertificatePem}
        onChange={(rootCertificatePem) => change({ rootCertificatePem })}
      />
      <PemField
        label="Client certificate"
        description="For a server that lets roles in by certificate."
        value={value.clientCertificatePem}
        onChange={(clientCertificatePem) =>
          change({ clientCertificatePem, ...(clientCertificatePem === null ? { clientKeyPem: null } : {}) })
        }
      />
      {value.clientCertificatePem !== null && (
        <KeyField stored={stored} given={value.clientKeyPem !== null} onChange={(clientKeyPem) => change({ clientKeyPem })} />
      )}
      {problem != null && (
        <Text component="p" m={0} c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
    </Stack>
  )
}

interface CertificatesFieldProps {
  readonly value: Certificates
  /** A key is stored for the client certificate. */
  readonly stored: boolean
  /** null: the connection string cannot be read yet. */
  readonly fields: ConnectionFields | null
  /** The files that the string names may be read. */
  readonly fromFiles: boolean
  /** What the services said about them. */
  readonly problem?: string | null
  readonly onChange: (value: Certificates) => void
  readonly onFromFiles: (agreed: boolean) => void
}

export const noCertificates: Certificates = { rootCertificatePem: null, clientCertificatePem: null, clientKeyPem: null }

function PemField({ label, description, value, onChange }: PemFieldProps) {
  return (
    <Stack gap={4}>
      <Textarea
        label={label}
        description={description}
        placeholder="-----BEGIN CERTIFICATE-----"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: 'monospace' }}
      />
      <Group gap={8}>
        <ChooseFile label={`Choose file … of the ${label.toLowerCase()}`} onText={onChange} />
        {value !== null && (
          <Button variant="default" size="compact-sm" onClick={() => onChange(null)}>
            Remove
          </Button>
        )}
      </Group>
    </Stack>
  )
}

interface PemFieldProps {
  readonly label: string
  readonly description: string
  readonly value: string | null
  readonly onChange: (pem: string | null) => void
}

/** A key is chosen as a file and not shown: what is on the screen can be photographed. */
function KeyField({
  stored,
  given,
  onChange,
}: {
  readonly stored: boolean
  readonly given: boolean
  readonly onChange: (pem: string | null) => void
}) {
  return (
    <Group gap={8}>
      <Text component="span" fw={500}>
        Key of the client certificate
      </Text>
      <Text component="span" c="dimmed">
        {given ? 'Given' : stored ? 'Stored; another one replaces it' : 'Not given yet'}
      </Text>
      <ChooseFile label="Choose file … of the key" onText={onChange} />
      {given && (
        <Button variant="default" size="compact-sm" onClick={() => onChange(null)}>
          Remove
        </Button>
      )}
    </Group>
  )
}

function ChooseFile({ label, onText }: { readonly label: string; readonly onText: (text: string) => void }) {
  const read = async (file: File | null) => {
    if (file !== null) onText(await file.slice(0, MAX_FILE_BYTES).text())
  }
  return (
    <FileButton onChange={(file) => void read(file)} accept=".pem,.crt,.cer,.key,.txt">
      {(props) => (
        <Button variant="default" size="compact-sm" aria-label={label} {...props}>
          Choose file …
        </Button>
      )}
    </FileButton>
  )
}

/** More than any bundle of authorities that somebody would paste. */
const MAX_FILE_BYTES = 200_000
