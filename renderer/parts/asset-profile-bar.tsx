import { Button, Group, Stack, Text } from '@mantine/core'
import { IconReportAnalytics } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { useTask } from '#api/live.ts'
import type { AssetProfile, DataAsset } from '#shared/model/data-asset.ts'
import { countOf, formatAgo, formatDateTime } from '#ui/format.ts'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { notifyError } from './notify-error.tsx'
import { Problem } from './problem.tsx'

/** Measures an asset, with progress and cancel, and says when it was measured last. */
export function AssetProfileBar({ asset, profile, invitation, onMeasured }: AssetProfileBarProps) {
  const cache = useQueryClient()
  const [taskId, setTaskId] = useState<string | null>(null)
  const task = useTask(taskId)
  const [problem, setProblem] = useState<unknown>(null)
  const measure = async () => {
    const id = crypto.randomUUID()
    setTaskId(id)
    setProblem(null)
    try {
      const measured = await api.assets.measureProfile({ id: asset.id, taskId: id })
      cache.setQueryData(queries.assets.profile.queryKey({ input: { id: asset.id } }), measured)
      onMeasured?.()
    } catch (error) {
      setProblem(error)
    } finally {
      setTaskId(null)
    }
  }
  if (taskId !== null) {
    return (
      <ProgressWithCancel
        title={`Measuring ${asset.name}`}
        detail={task?.detail ?? null}
        done={task?.done ?? 0}
        total={task?.total ?? null}
        stopping={task?.state === 'cancelling'}
        onCancel={() => void api.tasks.cancel({ id: taskId }).catch(notifyError)}
      />
    )
  }
  return (
    <Stack gap="xs">
      <Group gap="sm" wrap="nowrap">
        <Button variant="default" leftSection={<IconReportAnalytics size={14} aria-hidden />} onClick={() => void measure()} flex="none">
          {profile === null ? 'Profile Data' : 'Refresh'}
        </Button>
        {profile === null ? (
          <Text component="span" c="dimmed">
            {invitation}
          </Text>
        ) : (
          <span>
            <strong>{countOf(profile.rowCount, 'row')}</strong>
            <Text component="span" c="dimmed">
              {', measured '}
              <time title={formatDateTime(profile.measuredAt)}>{formatAgo(profile.measuredAt)}</time>
            </Text>
          </span>
        )}
      </Group>
      {problem !== null && <Problem error={problem} onRetry={() => void measure()} />}
    </Stack>
  )
}

interface AssetProfileBarProps {
  readonly asset: DataAsset
  /** The last one; null when it was never measured. */
  readonly profile: AssetProfile | null
  /** What measuring is good for, shown while there is no profile. */
  readonly invitation: string
  onMeasured?(): void
}
