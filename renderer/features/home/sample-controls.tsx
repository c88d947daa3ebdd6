import { Button, Group, Stack, Text } from '@mantine/core'
import { api } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { assertNever } from '#shared/assert-never.ts'
import type { SampleState } from '#shared/model/sample.ts'
import { useConfirm } from '#ui/confirm.tsx'
import { formatBytes } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import type { Sample } from './use-sample.ts'

/** What can be done with the sample database in the state that it is in. */
export function SampleControls({ sample }: { readonly sample: Sample }) {
  const { state, starting, failed } = sample
  if (sample.stateError !== null) return <Problem error={sample.stateError} onRetry={sample.readState} />
  if (state === null) return <Loading rows={1} />
  if (starting !== null) {
    return (
      <ProgressWithCancel
        title={starting.title}
        detail={starting.detail}
        done={starting.done}
        total={starting.total}
        stopping={starting.state === 'cancelling'}
        {...(starting.cancellable ? { onCancel: sample.cancelStart } : {})}
      />
    )
  }
  return (
    <Stack gap={8}>
      {failed !== null && <Problem error={failed.error} onRetry={failed.again} />}
      <Controls sample={sample} state={state} />
    </Stack>
  )
}

function Controls({ sample, state }: { readonly sample: Sample; readonly state: SampleState }) {
  const { busy } = sample.action
  switch (state.state) {
    case 'absent':
      return (
        <div>
          <Button onClick={sample.start} loading={busy}>
            Try the sample database
          </Button>
        </div>
      )
    case 'stopped':
      return (
        <Group gap="xs">
          <Button onClick={sample.start} loading={busy}>
            Start the sample
          </Button>
          <RemoveButton state={state} />
        </Group>
      )
    case 'starting':
      return <Text role="status">The sample is starting …</Text>
    case 'running':
      return <Running sample={sample} state={state} />
    case 'removing':
      return <Text role="status">The sample is being removed …</Text>
    case 'unsupported':
      return <Text c="dimmed">{state.sentence ?? 'The sample database cannot run on this computer.'}</Text>
    default:
      return assertNever(state.state)
  }
}

function Running({ sample, state }: { readonly sample: Sample; readonly state: SampleState }) {
  const { busy } = sample.action
  return (
    <Stack gap={8}>
      {state.brokenSentence !== null && <Text>{state.brokenSentence}</Text>}
      <Group gap="xs">
        {state.dataSourceId !== null && (
          <Button component="a" href={formatRoute({ page: 'setup', source: state.dataSourceId })}>
            Select tables
          </Button>
        )}
        <Button variant="default" onClick={() => sample.breakOrMend(state.broken)} disabled={busy}>
          {state.broken ? 'Mend it' : 'Break something'}
        </Button>
        <Button variant="default" onClick={sample.stop} disabled={busy}>
          Stop
        </Button>
        <RemoveButton state={state} />
      </Group>
    </Stack>
  )
}

function RemoveButton({ state }: { readonly state: SampleState }) {
  const confirm = useConfirm()
  const remove = async () => {
    const agreed = await confirm({
      title: 'Remove the sample',
      sentence: `Its server, its files${state.sizeBytes === null ? '' : ` (${formatBytes(state.sizeBytes)})`}, its data source and the assets and results that belong to it are removed. It can be made again at any time.`,
      confirm: 'Remove the sample',
      tone: 'danger',
    })
    if (agreed) await api.sample.remove({})
  }
  return (
    <Button variant="default" onClick={() => void remove().catch(notifyError)}>
      Remove the sample
    </Button>
  )
}
