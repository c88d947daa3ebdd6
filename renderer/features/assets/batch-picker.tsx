import { Select, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { presentError } from '#api/present-error.ts'
import { periodText } from '#parts/batch-words.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'

/** Which batch the next run reads. To list them may read the whole table, so that waits until the list is opened. */
export function BatchPicker({ asset, period, onPick }: BatchPickerProps) {
  const [opened, setOpened] = useState(false)
  const batches = useQuery({
    ...queries.assets.batches.queryOptions({ input: { id: asset.id, limit: SHOWN }, staleTime: 60_000 }),
    enabled: opened,
  })
  const periods = batches.data?.periods ?? []
  const hint = batches.isError
    ? presentError(batches.error).sentence
    : batches.data !== undefined
      ? hintOf(batches.data)
      : opened
        ? 'Asking the server for the batches.'
        : null
  return (
    <Tooltip label={hint} disabled={hint === null} multiline maw={320}>
      <Select
        aria-label="Batch to validate"
        data={[
          { value: NEWEST, label: periods[0] === undefined ? 'Newest batch' : `Newest batch (${periodText(periods[0])})` },
          ...periods.map((each) => ({ value: each, label: periodText(each) })),
        ]}
        value={period ?? NEWEST}
        onDropdownOpen={() => setOpened(true)}
        onChange={(value) => onPick(value === null || value === NEWEST ? null : value)}
        allowDeselect={false}
        searchable
        error={batches.isError}
        w={220}
      />
    </Tooltip>
  )
}

interface BatchPickerProps {
  readonly asset: DataAsset
  /** null: the newest when the run begins. */
  readonly period: string | null
  onPick(period: string | null): void
}

const SHOWN = 400
const NEWEST = 'newest'

function hintOf(batches: {
  readonly more: boolean
  readonly outside: boolean
  readonly indexed: boolean
  readonly timeZone: string | null
}) {
  const sentences = [
    batches.timeZone === null ? null : `Days begin at midnight in ${batches.timeZone}.`,
    batches.more ? `Only the newest ${SHOWN} batches are listed.` : null,
    batches.outside ? 'Some rows are at infinity or outside the years 1 to 9999, and belong to no batch.' : null,
    batches.indexed ? null : 'No index begins with this column, so each batch reads the whole table.',
  ].filter((sentence) => sentence !== null)
  return sentences.length === 0 ? null : sentences.join(' ')
}
