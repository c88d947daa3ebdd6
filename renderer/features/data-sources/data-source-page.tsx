import { Anchor, Button, Group, Stack } from '@mantine/core'
import { IconCopy, IconPlugConnected, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, queries } from '#api/client.ts'
import { formatRoute, navigate, replaceRoute } from '#api/route.ts'
import { useConnectTrace } from '#parts/connect-attempt.ts'
import { ConnectUnderWay } from '#parts/connect-checklist.tsx'
import { ConnectFailure, ConnectSuccess } from '#parts/connect-report.tsx'
import { addressOf, kindTitles } from '#parts/data-source-words.ts'
import { EnvironmentMark } from '#parts/environment-mark.tsx'
import { LoginDiagnosisPanel } from '#parts/login-diagnosis.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { RoleProofSection } from '#parts/role-proof.tsx'
import { useCurrentDataSource } from '#parts/use-current-data-source.ts'
import { usePasswordPrompt } from '#parts/use-password-prompt.ts'
import type { ConnectReport, ConnectTrace } from '#shared/model/connect.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import { useConfirm } from '#ui/confirm.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { type Action, useAction } from '#ui/use-action.ts'
import { ConnectionSection } from './connection-section.tsx'
import { RoleUndoSection } from './role-undo.tsx'
import { SourceAssets } from './source-assets.tsx'
import { SourceSettings } from './source-settings.tsx'

/** One data source: how it connects, what is kept, and its assets. */
export function DataSourcePage({ id }: { readonly id: string }) {
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id } }))
  if (source.isPending) return <Loading />
  if (source.isError) return <Problem error={source.error} onRetry={() => void source.refetch()} />
  return <Loaded source={source.data} />
}

function Loaded({ source }: { readonly source: DataSource }) {
  const attempt = useAction<ConnectReport>()
  const { choose } = useCurrentDataSource()
  // Who opens a data source works with it: the top bar and the query pane follow.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each data source that is opened
  useEffect(() => choose(source.id), [source.id])
  const { trace, watch } = useConnectTrace()
  const test = () => void attempt.run(async (signal) => watch(await api.dataSources.connect({ id: source.id }, { signal })))
  return (
    <Stack gap="lg" maw={960}>
      <div>
        <PageHeader
          above={
            <Anchor href={formatRoute({ page: 'data-sources' })} fz="sm">
              Data sources
            </Anchor>
          }
          title={
            <Group component="span" gap={8} wrap="nowrap">
              <EnvironmentMark environment={source.environment} />
              {source.name}
            </Group>
          }
          about={`${kindTitles[source.kind]}, ${addressOf(source)}`}
          actions={<Actions source={source} attempt={attempt} onTest={test} />}
        />
        <Attempt source={source} attempt={attempt} trace={trace} onTest={test} />
      </div>
      <ConnectionSection source={source} onChanged={test} />
      <RoleProofSection id={source.id} />
      <SourceSettings source={source} />
      <SourceAssets source={source} />
      <RoleUndoSection id={source.id} />
    </Stack>
  )
}

function Actions({ source, attempt, onTest }: AttemptProps) {
  return (
    <>
      <Button leftSection={<IconPlugConnected size={14} aria-hidden />} onClick={onTest} disabled={attempt.busy}>
        Test connection
      </Button>
      <Button variant="default" component="a" href={formatRoute({ page: 'setup', source: source.id })}>
        Select tables
      </Button>
      <Button variant="default" component="a" href={formatRoute({ page: 'query', source: source.id })}>
        Query
      </Button>
      {source.kind !== 'sample' && <DuplicateButton source={source} />}
      <RemoveButton source={source} />
    </>
  )
}

function Attempt({ source, attempt, trace, onTest }: AttemptProps & { readonly trace: ConnectTrace | null }) {
  const askPassword = usePasswordPrompt()
  const { result, error, busy } = attempt
  if (busy) return <ConnectUnderWay trace={trace} onCancel={attempt.cancel} />
  if (error !== null) return <Problem error={error} onRetry={onTest} />
  if (result === null) return null
  if (result.ok) return <ConnectSuccess report={result} host={source.host} />
  const choose = async (choice: (typeof result.choices)[number]) => {
    if (choice === 'retry') return onTest()
    if (choice === 'enter-password') {
      if (await askPassword(source.id)) onTest()
      return
    }
    const { connectionString } = await api.dataSources.describe({ id: source.id })
    const plaintext = choice === 'accept-plaintext'
    await api.dataSources.update({
      id: source.id,
      input: {
        name: source.name,
        connectionString,
        sslmode: plaintext ? 'disable' : 'require',
        plaintextConsent: plaintext,
        savePassword: source.passwordState === 'saved' || source.passwordState === 'in-vault',
        environment: source.environment,
      },
    })
    onTest()
  }
  return (
    <>
      <ConnectFailure report={result} onChoice={(choice) => void choose(choice).catch(notifyError)} />
      <LoginDiagnosisPanel report={result} role={source.user} database={source.database} />
    </>
  )
}

interface AttemptProps {
  readonly source: DataSource
  readonly attempt: Action<ConnectReport>
  readonly onTest: () => void
}

function DuplicateButton({ source }: { readonly source: DataSource }) {
  const duplicate = async () => {
    const copy = await api.dataSources.duplicate({ id: source.id })
    navigate({ page: 'data-source', id: copy.id })
    notify({ message: `${copy.name} was made, with the same connection and without data assets.` })
  }
  return (
    <Button variant="default" leftSection={<IconCopy size={14} aria-hidden />} onClick={() => void duplicate().catch(notifyError)}>
      Duplicate
    </Button>
  )
}

function RemoveButton({ source }: { readonly source: DataSource }) {
  const confirm = useConfirm()
  const client = useQueryClient()
  if (source.kind === 'sample') {
    return (
      <Button variant="default" onClick={() => navigate({ page: 'home' })}>
        Stop or remove the sample
      </Button>
    )
  }
  const remove = async () => {
    // Not from what is at hand: a list that is not there yet is not an empty one.
    const assets = await client.fetchQuery(queries.assets.list.queryOptions({ input: {} }))
    const count = assets.filter(({ dataSourceId }) => dataSourceId === source.id).length
    const agreed = await confirm({
      title: `Remove ${source.name}`,
      sentence: `Its ${countOf(count, 'data asset')}, with all expectations and results, and its stored password are removed from Plumbline. Nothing is changed on the server. This cannot be taken back.`,
      confirm: 'Remove data source',
      tone: 'danger',
    })
    if (!agreed) return
    await api.dataSources.remove({ id: source.id })
    replaceRoute({ page: 'data-sources' })
    notify({ message: `${source.name} was removed.` })
  }
  return (
    <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => void remove().catch(notifyError)}>
      Remove
    </Button>
  )
}
