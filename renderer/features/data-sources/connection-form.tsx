import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { ConnectionProtection } from '#parts/connection-protection.tsx'
import { addressOf } from '#parts/data-source-words.ts'
import { Problem } from '#parts/problem.tsx'
import { agreedAfter, type Protection, usualProtection } from '#parts/protection.ts'
import { SaveSecretChoice } from '#parts/save-secret-choice.tsx'
import type { DataSource } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { isSameRecipient } from '#shared/postgres/recipient.ts'
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
  const [savePassword, setSavePassword] = useState(true)
  const [protection, setProtection] = useState<Protection>({
    ...usualProtection,
    sslmode: source.sslmode,
    certificates: {
      rootCertificatePem: source.rootCertificatePem,
      clientCertificatePem: source.clientCertificatePem,
      clientKeyPem: null,
    },
  })
  const parsed = parseConnectionString(connectionString)
  const fields = parsed.ok ? parsed.fields : null
  // Agreed to when it was stored; for another host it is asked for again.
  const plaintextConsent = protection.plaintextConsent || (source.sslmode === 'disable' && fields?.host === source.host)
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
      ...protection,
      plaintextConsent,
      savePassword,
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
          description={`postgresql://role@host:5432/database. ${aboutPassword(source, fields)}`}
          value={connectionString}
          onChange={(event) => {
            const next = event.currentTarget.value
            setConnectionString(next)
            setProtection({ ...protection, ...agreedAfter(protection, connectionString, next) })
          }}
          error={problem?.field === 'connectionString' ? problem.sentence : null}
          autosize
          minRows={1}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'monospace' }}
          required
          withAsterisk={false}
        />
        <ConnectionProtection
          fields={fields}
          value={{ ...protection, plaintextConsent }}
          keyStored={source.clientCertificatePem !== null}
          problems={{
            sslmode: problem?.field === 'sslmode' ? problem.sentence : null,
            certificates: problem?.field === 'certificates' ? problem.sentence : null,
          }}
          onChange={(change) => setProtection({ ...protection, ...change })}
        />
        <SaveSecretChoice checked={savePassword} onChange={setSavePassword} what="a new password" asksToUnlock />
        {saving.error !== null && (problem === null || !['connectionString', 'sslmode', 'certificates'].includes(problem.field)) && (
          <Problem error={saving.error} onRetry={() => void save()} />
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

/** What becomes of the stored password, which is for one role of one server. */
function aboutPassword(source: DataSource, fields: ConnectionFields | null): string {
  if (fields === null || isSameRecipient(source, fields)) return 'Without a password in it, the stored one stays.'
  const forgotten = `The stored password is for ${source.user} on ${source.host}:${source.port} and is forgotten when you save`
  return fields.password === null ? `${forgotten}: put the new one in, or enter it when it is asked for.` : `${forgotten}.`
}

/** null: it cannot be read, which the services say at its field. */
function placeAfter(connectionString: string): string | null {
  const parsed = parseConnectionString(connectionString)
  return parsed.ok ? addressOf({ kind: 'postgres', ...parsed.fields }) : null
}
