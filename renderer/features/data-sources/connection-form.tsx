import { Button, Group, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { ConnectionField } from '#parts/connection-field.tsx'
import { ConnectionProtection } from '#parts/connection-protection.tsx'
import { joinPassword } from '#parts/connection-text.ts'
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
  const [password, setPassword] = useState('')
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
  const saving = useAction<DataSource | null>()
  const problem = fieldProblem(saving.error)
  const confirm = useConfirm()
  const client = useQueryClient()

  /** What hangs on the place is read before it is asked about: a list that is not there yet is not an empty one. */
  const mayMove = async () => {
    const place = placeAfter(connectionString)
    if (place === null || place === addressOf(source)) return true
    const assets = await client.fetchQuery(queries.assets.list.queryOptions({ input: {} }))
    const own = assets.filter(({ dataSourceId }) => dataSourceId === source.id)
    if (own.length === 0) return true
    const expectations = own.reduce((sum, { expectationCount }) => sum + expectationCount, 0)
    return await confirm({
      title: `Connect ${source.name} elsewhere`,
      sentence: `From now on ${countOf(own.length, 'data asset')} with ${countOf(expectations, 'expectation')} are read from ${place} instead of ${addressOf(source)}. Runs that are done stay as they are; a table that is not there makes its next run fail.`,
      confirm: 'Connect there',
    })
  }
  const save = async () => {
    const input = {
      name: source.name,
      connectionString: joinPassword(connectionString, password),
      ...protection,
      plaintextConsent,
      savePassword,
      environment: source.environment,
    }
    const saved = await saving.run(async (signal) =>
      (await mayMove()) ? await api.dataSources.update({ id: source.id, input }, { signal }) : null,
    )
    if (saved !== null) onSaved()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void save()
  }

  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <ConnectionField
          text={connectionString}
          password={password}
          onChange={(next) => {
            setConnectionString(next.text)
            setPassword(next.password)
            setProtection({ ...protection, ...agreedAfter(protection, connectionString, next.text) })
          }}
          problem={problem?.field === 'connectionString' ? problem.sentence : null}
          passwordHint={aboutPassword(source, fields)}
          placeholder="postgresql://role@host:5432/database"
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

/** What becomes of the stored password, which is for one role of one server. The same whether one is given or not: a line that comes or goes would move the button away under the pointer. */
function aboutPassword(source: DataSource, fields: ConnectionFields | null): string {
  if (fields === null || isSameRecipient(source, fields)) return 'Left empty, the stored one stays.'
  return `The stored password is for ${source.user} on ${source.host}:${source.port} and is forgotten when you save: put the new one in, or enter it when it is asked for.`
}

/** null: it cannot be read, which the services say at its field. */
function placeAfter(connectionString: string): string | null {
  const parsed = parseConnectionString(connectionString)
  return parsed.ok ? addressOf({ kind: 'postgres', ...parsed.fields }) : null
}
