import { Button, Group, Input, Modal, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { intervalTitles } from '#parts/batch-words.ts'
import { Problem } from '#parts/problem.tsx'
import { BatchDefinition } from '#shared/model/batch.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import { useAction } from '#ui/use-action.ts'

/** How the rows of an asset are cut into batches. */
export function BatchDialog({ asset, opened, onClose }: BatchDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Batches of ${asset.name}`} size="md">
      <BatchForm asset={asset} onClose={onClose} />
    </Modal>
  )
}

interface BatchDialogProps {
  readonly asset: DataAsset
  readonly opened: boolean
  onClose(): void
}

const intervals = ['whole-table', 'yearly', 'monthly', 'daily'] as const

function BatchForm({ asset, onClose }: { readonly asset: DataAsset; onClose(): void }) {
  const columns = useQuery(queries.assets.columns.queryOptions({ input: { id: asset.id } }))
  const [interval, setInterval] = useState<BatchDefinition['interval']>(asset.batches.interval)
  const [column, setColumn] = useState<string | null>(asset.batches.interval === 'whole-table' ? null : asset.batches.column)
  const saving = useAction<DataAsset>()
  const fitting = (columns.data ?? []).filter(({ type }) => /^(date|timestamp\b.*)$/.test(type)).map(({ name }) => name)
  const wanted = BatchDefinition.safeParse(interval === 'whole-table' ? { interval } : { interval, column: column ?? fitting[0] })
  const save = async () => {
    if (!wanted.success) return
    const saved = await saving.run(() => api.assets.configureBatches({ id: asset.id, batches: wanted.data }))
    if (saved !== null) onClose()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void save()
  }
  if (columns.isError) return <Problem error={columns.error} onRetry={() => void columns.refetch()} />
  const none = columns.isSuccess && fitting.length === 0
  const problem = fieldProblem(saving.error)?.sentence ?? null
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="md">
        <Input.Wrapper
          label="Batch interval"
          labelElement="div"
          description="A run reads one batch. Expectations are then about its rows alone."
        >
          <SegmentedControl
            aria-label="Batch interval"
            mt={6}
            fullWidth
            data={intervals.map((value) => ({ value, label: intervalTitles[value], disabled: value !== 'whole-table' && none }))}
            value={interval}
            onChange={(value) => setInterval(intervals.find((each) => each === value) ?? 'whole-table')}
          />
        </Input.Wrapper>
        {none && <Text c="dimmed">Batches need a column of type date or timestamp, and {asset.name} has none.</Text>}
        {interval !== 'whole-table' && (
          <Select
            label="Column"
            description="Rows belong to the batch in which its date falls; rows without one form a batch of their own."
            data={fitting}
            value={column ?? fitting[0] ?? null}
            onChange={setColumn}
            allowDeselect={false}
            searchable
            error={problem}
          />
        )}
        {saving.error !== null && (problem === null || interval === 'whole-table') && (
          <Problem error={saving.error} onRetry={() => void save()} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.busy} disabled={!wanted.success || !columns.isSuccess}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
