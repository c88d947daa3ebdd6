import { Button, Checkbox, Group, Stack, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { CertificatesField } from '#parts/certificates-field.tsx'
import { addressOf } from '#parts/data-source-words.ts'
import { Problem } from '#parts/problem.tsx'
import { effectiveSslmode, TlsChoice } from '#parts/tls-choice.tsx'
import type { Certificates, DataSource, Sslmode } from '#shared/model/data-source.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { useConfirm } from '#ui/confirm.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { useAction } from '#ui/use-action.ts'

/** Changes where a data source connects to. The password never comes back from the services, so an empty one keeps it. */
export function ConnectionForm({ source, onSaved, onLeave }: ConnectionFormProps) {
  const described = useQuery(queries.dataSources.describe.queryOptions({ input: { id: source.id } }))
  if (described.isPending) return <Loading rows={3} />
  if (described.isError) return <Problem error={described.error} onRetry={() => void described.refetch()} />
  return <Form source={source} initial={described.data.connectionString} onSaved={onSaved} onLeave={onLeave} />
}

interface ConnectionFormProps {
  readonly source: DataSource
  readonly onSaved: () => void
  readonly onLeave: () => void
}

function Form({ source, initial, onSaved, onLeave }: ConnectionFormProps & { readonly initial: string }) {
  const [connectionString, setConnectionString] = useState(initial)
  const [sslmode, setSslmode] = useState<Sslmode | null>(source.sslmode)
  const [savePassword, setSavePassword] = useState(true)
  const [consented, setConsented] = useState(false)
  const [certificates, setCertificates] = useState<Certificates>({
    rootCertificatePem: source.rootCertificatePem,
    clientCertificatePem: source.clientCertificatePem,
    clientKeyPem: null,
  })
  const [certificateFiles, setCertificateFiles] = useState(false)
  const parsed = parseConnectionString(connectionString)
  const fields = parsed.ok ? parsed.fields : null
  // Agreed to when it was stored; for another host it is asked for again.
  const plaintextConsent = consented || (source.sslmode === 'disable' && fields?.host === source.host)
  const saving = useAction<DataSource>()
  const problem = fieldProblem(saving.error)
  const confirm = useConfirm()
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))

  const save = async () => {
    const own = assets.data?.filter(({ dataSourceId }) => dataSourceId === source.id) ?? []
    const place = placeAfter(connectionString)
    if (own.length > 0 && place !== null && place !== addressOf(source)) {
      const expectations = own.reduce((sum, { expectationCount }) => sum + expectationCount, 0)
      const agreed = await confirm({
        title: `Connect ${source.name} elsewhere`,
        sentence: `From now on ${countOf(own.length, 'data asset')} with ${countOf(expectations, 'expectation')} are read from ${place} instead of ${addressOf(source)}. Runs that are done stay as they are; a table that is not there makes its next run fail.`,
        confirm: 'Connect there',
      })
      if (!agreed) return
    }
    const input = {
      name: source.name,
      connectionString,
      sslmode,
      plaintextConsent,
      savePassword,
      certificates,
      certificateFiles,
      environment: source.environment,
    }
    if ((await saving.run((signal) => api.dataSources.update({ id: source.id, input }, { signal }))) !== null) onSaved()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void save()
  }

  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <Textarea
          label="Connection string"
          description="postgresql://role@host:5432/database. Without a password in it, the stored one stays."
          value={connectionString}
          onChange={(event) => setConnectionString(event.currentTarget.value)}
          error={problem?.field === 'connectionString' ? problem.sentence : null}
          autosize
          minRows={1}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'monospace' }}
          required
          withAsterisk={false}
        />
        <TlsChoice
          fields={fields}
          chosen={sslmode}
          consent={plaintextConsent}
          problem={problem?.field === 'sslmode' ? problem.sentence : null}
          onChange={(change) => {
            setSslmode(change.sslmode)
            setConsented(change.plaintextConsent)
          }}
        />
        {effectiveSslmode(fields, sslmode) !== 'disable' && (
          <CertificatesField
            value={certificates}
            stored={source.clientCertificatePem !== null}
            fields={fields}
            fromFiles={certificateFiles}
            problem={problem?.field === 'certificates' ? problem.sentence : null}
            onChange={setCertificates}
            onFromFiles={setCertificateFiles}
          />
        )}
        <Checkbox
          label="Save a new password in the keychain of this computer"
          checked={savePassword}
          onChange={(event) => setSavePassword(event.currentTarget.checked)}
        />
        {saving.error !== null && (problem === null || !['connectionString', 'sslmode', 'certificates'].includes(problem.field)) && (
          <Problem error={saving.error} />
        )}
        <Group gap="xs">
          <Button type="submit" loading={saving.busy}>
            Save and test
          </Button>
          <Button variant="default" onClick={onLeave}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** null: it cannot be read, which the services say at its field. */
function placeAfter(connectionString: string): string | null {
  const parsed = parseConnectionString(connectionString)
  return parsed.ok ? addressOf({ kind: 'postgres', ...parsed.fields }) : null
}
