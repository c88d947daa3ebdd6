import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import type { DataAsset, GeneratedKind } from '#shared/model/data-asset.ts'
import { SqlField } from '#ui/form/sql-field.tsx'
import { useAction } from '#ui/use-action.ts'
import { Problem } from './problem.tsx'

/** A query of one's own as a data asset: a new one, or the name and the query of one that is there. */
export function QueryAssetDialog({ opened, ...rest }: QueryAssetDialogProps) {
  const { change, onClose } = rest
  const title = change === null ? 'New query asset' : `Query of ${change.name}`
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <QueryForm {...rest} />}
    </Modal>
  )
}

interface QueryAssetDialogProps {
  /** null: a new one. */
  readonly change: DataAsset | null
  /** Of a new one, where there is no choice. */
  readonly dataSourceId?: string
  readonly opened: boolean
  onClose(): void
  readonly onAdded?: (asset: DataAsset) => void
}

function QueryForm({ change, dataSourceId: only, onClose, onAdded }: Omit<QueryAssetDialogProps, 'opened'>) {
  const sources = useQuery(queries.dataSources.list.queryOptions({ input: {} }))
  const [picked, setPicked] = useState<string | null>(change?.dataSourceId ?? only ?? null)
  const [name, setName] = useState(change?.name ?? '')
  const [query, setQuery] = useState(change?.query ?? '')
  const [detect, setDetect] = useState(true)
  const saving = useAction<DataAsset>()
  const cache = useQueryClient()
  const dataSourceId = picked ?? sources.data?.[0]?.id ?? null
  const problem = saving.error === null ? null : fieldProblem(saving.error)
  const errorAt = (field: string) => (problem?.field === field ? problem.sentence : null)
  const generate: GeneratedKind[] = detect ? ['column-changes'] : []

  const save = async (event: FormEvent) => {
    event.preventDefault()
    // The dialog may stand inside another form, which must not go on.
    event.stopPropagation()
    if (dataSourceId === null) return
    const saved = await saving.run((signal) =>
      change === null
        ? api.assets.addQuery({ dataSourceId, name, query, generate }, { signal })
        : api.assets.changeQuery({ id: change.id, name, query }, { signal }),
    )
    if (saved === null) return
    onClose()
    if (change === null) onAdded?.(saved)
    // Its columns are asked of the server, so no change of ours makes them stale by itself.
    else await cache.invalidateQueries({ queryKey: queries.assets.columns.key({ input: { id: change.id } }) })
  }
  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <Stack gap="md">
        {change === null && only === undefined && (
          <Select
            label="Data source"
            data={(sources.data ?? []).map((source) => ({ value: source.id, label: source.name }))}
            value={dataSourceId}
            onChange={setPicked}
            allowDeselect={false}
          />
        )}
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errorAt('name')}
          required
          data-autofocus
        />
        <SqlField
          label="Query"
          help="One SELECT. Its rows are what is validated, read again by every run. Names are looked up as in the Query pane."
          value={query}
          onChange={setQuery}
          error={errorAt('query')}
          required
        />
        {change === null && (
          <Checkbox
            label="Generate an Expectation that detects column changes"
            checked={detect}
            onChange={(event) => setDetect(event.currentTarget.checked)}
          />
        )}
        {saving.error !== null && problem === null && <Problem error={saving.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.busy} disabled={dataSourceId === null || name.trim() === '' || query.trim() === ''}>
            {change === null ? 'Add data asset' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
