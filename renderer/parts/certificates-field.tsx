import { Button, Checkbox, FileButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { type Certificates, MAX_PEM_LENGTH } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { choiceOf, type Protection } from './protection.ts'

/** One's own authority and client certificate, pasted or chosen. SECURITY: the key goes one way, and a stored one is never shown. */
export function CertificatesField({ value, keyStored, fields, problem, onChange }: CertificatesFieldProps) {
  const { certificates } = value
  const [opened, setOpened] = useState(false)
  const files = fields?.certificateFiles
  const change = (part: Partial<Certificates>) => onChange({ certificates: { ...certificates, ...part } })
  if (files !== undefined) {
    return (
      <Checkbox
        label="Read the certificate files that the connection string names"
        description={`${[files.root, files.certificate, files.key].filter((path) => path !== null).join(', ')}. What is in them is kept; a key goes where the password goes.`}
        checked={value.certificateFiles}
        onChange={(event) => onChange({ certificateFiles: event.currentTarget.checked })}
        error={problem}
      />
    )
  }
  const choice = choiceOf(fields, value)
  const shows = opened || certificates.clientCertificatePem !== null
  return (
    <Stack gap="sm">
      {/* First, for what is under these tall fields may be out of sight. */}
      {problem !== null && (
        <Text component="p" m={0} c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
      {(choice === 'own-authority' || choice === 'verify-ca') && (
        <PemField
          label="Certificate of the authority"
          description="The one that signed the certificate of the server. Cloud services offer theirs for download."
          value={certificates.rootCertificatePem}
          // With no text left it is still wanted, until another protection is chosen.
          onChange={(pem) => change({ rootCertificatePem: choice === 'own-authority' ? pem : pem || null })}
        />
      )}
      {shows ? (
        <>
          <PemField
            label="Client certificate"
            description="For a server that lets roles in by certificate. Where its text holds the key as well, that is all."
            value={certificates.clientCertificatePem}
            onChange={(pem) => change(pem === '' ? { clientCertificatePem: null, clientKeyPem: null } : { clientCertificatePem: pem })}
          />
          {certificates.clientCertificatePem !== null && (
            <KeyField stored={keyStored} given={certificates.clientKeyPem !== null} onChange={(clientKeyPem) => change({ clientKeyPem })} />
          )}
        </>
      ) : (
        <div>
          <Button variant="default" onClick={() => setOpened(true)}>
            Client certificate …
          </Button>
        </div>
      )}
    </Stack>
  )
}

interface CertificatesFieldProps {
  readonly value: Protection
  /** A key is stored for the client certificate. */
  readonly keyStored: boolean
  /** null: the connection string cannot be read yet. */
  readonly fields: ConnectionFields | null
  /** What the services said about them. */
  readonly problem: string | null
  readonly onChange: (change: Partial<Protection>) => void
}

function PemField({ label, description, value, onChange }: PemFieldProps) {
  return (
    <Stack gap={4}>
      <Textarea
        label={label}
        description={description}
        placeholder="-----BEGIN CERTIFICATE-----"
        value={value ?? ''}
        maxLength={MAX_PEM_LENGTH}
        onChange={(event) => onChange(event.currentTarget.value)}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: 'monospace' }}
      />
      <Group gap={8}>
        <ChooseFile label={`Choose file … of the ${label.toLowerCase()}`} onText={onChange} />
        {value !== null && value !== '' && (
          <Button variant="default" size="compact-sm" onClick={() => onChange('')}>
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
  /** Empty: it was taken away. */
  readonly onChange: (pem: string) => void
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
  const [problem, setProblem] = useState<string | null>(null)
  const read = async (file: File | null) => {
    if (file === null) return
    const fits = file.size <= MAX_PEM_LENGTH
    setProblem(fits ? null : 'This file is larger than a megabyte, so it is no certificate.')
    if (fits) onText(await file.text())
  }
  return (
    <>
      <FileButton onChange={(file) => void read(file)} accept=".pem,.crt,.cer,.key,.txt">
        {(props) => (
          <Button variant="default" size="compact-sm" aria-label={label} {...props}>
            Choose file …
          </Button>
        )}
      </FileButton>
      {problem !== null && (
        <Text component="span" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
    </>
  )
}
