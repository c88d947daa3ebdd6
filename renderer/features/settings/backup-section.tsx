import { Button, Group, Stack, Text } from '@mantine/core'
import { IconDownload, IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import type { BackupContents, KeptCopy } from '#shared/model/own-data.ts'
import { chooseFile } from '#ui/choose-file.ts'
import { type Question, useConfirm } from '#ui/confirm.tsx'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { countOf, formatBytes, formatDateTime } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import { saveFile } from '#ui/save-file.ts'
import { Section } from '#ui/section.tsx'
import { useAction } from '#ui/use-action.ts'
import { makeBackup, takeIn } from './own-data-files.ts'

/** Everything that Plumbline keeps as one file, such a file in place of everything, and the copies that are kept beside it. */
export function BackupSection() {
  const overview = useQuery(queries.ownData.overview.queryOptions({ input: {} }))
  const saving = useAction<void>()
  const restoring = useAction<void>()
  const confirm = useConfirm()
  const busy = saving.busy || restoring.busy

  const save = () =>
    saving.run(async (signal) => {
      const { name, content } = await makeBackup(signal)
      saveFile(name, content)
      notify({ message: `Backup of ${formatBytes(content.size)} saved as ${name}.` })
    })
  const restore = (open: (signal: AbortSignal) => Promise<string | null>) =>
    restoring.run(async (signal) => {
      const id = await open(signal)
      if (id === null) return
      try {
        // The page loads itself anew after it, and says what was done.
        if (await confirm(question(await api.ownData.inspect({ id }, { signal })))) await api.ownData.restore({ id })
      } finally {
        void api.ownData.close({ id }).catch(() => undefined)
      }
    })
  const fromFile = async (signal: AbortSignal) => {
    const file = await chooseFile('.db,application/vnd.sqlite3')
    return file === null ? null : takeIn(file, signal)
  }
  const fromCopy = (name: string) => async (signal: AbortSignal) => (await api.ownData.openKept({ name }, { signal })).id

  return (
    <Section
      title="Backup and restore"
      about="A backup is one file with data sources, data assets, expectations, results and query history. Passwords are not in it: after a restore each data source asks for its own."
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Button loading={saving.busy} disabled={busy} leftSection={<IconDownload size={14} aria-hidden />} onClick={() => void save()}>
            Save a backup
          </Button>
          <Button
            variant="default"
            loading={restoring.busy}
            disabled={busy}
            leftSection={<IconHistory size={14} aria-hidden />}
            onClick={() => void restore(fromFile)}
          >
            Restore a backup
          </Button>
          {overview.data !== undefined && (
            <Text component="span" c="dimmed">
              {formatBytes(overview.data.sizeBytes)} of data
            </Text>
          )}
        </Group>
        {saving.error !== null && <Problem error={saving.error} />}
        {restoring.error !== null && <Problem error={restoring.error} />}
        {overview.isError && <Problem error={overview.error} onRetry={() => void overview.refetch()} />}
        {overview.data !== undefined && overview.data.copies.length > 0 && (
          <DataTable
            label="Copies on this computer"
            rows={overview.data.copies}
            columns={columns(busy, (name) => void restore(fromCopy(name)))}
            rowKey={({ name }) => name}
          />
        )}
      </Stack>
    </Section>
  )
}

const kinds: Readonly<Record<KeptCopy['kind'], string>> = {
  daily: 'Copy of the day',
  replaced: 'Before a restore',
  update: 'Before an update',
  lost: 'Last copy before the file was damaged',
  damaged: 'Damaged file',
}

function columns(busy: boolean, restore: (name: string) => void): readonly DataColumn<KeptCopy>[] {
  return [
    { key: 'kind', title: 'Copy on this computer', cell: ({ kind, name }) => <span title={name}>{kinds[kind]}</span> },
    { key: 'at', title: 'Made', cell: ({ at }) => formatDateTime(at), width: '170px' },
    { key: 'size', title: 'Size', cell: ({ sizeBytes }) => formatBytes(sizeBytes), align: 'right', width: '90px' },
    {
      key: 'restore',
      title: 'Action',
      width: '110px',
      cell: ({ name, kind, at }) =>
        kind === 'damaged' ? (
          '–'
        ) : (
          <Button
            variant="default"
            size="compact-sm"
            disabled={busy}
            aria-label={`Restore: ${kinds[kind]}, ${formatDateTime(at)}`}
            onClick={() => restore(name)}
          >
            Restore
          </Button>
        ),
    },
  ]
}

function question({ dataSources, assets, expectations, runs, queries: asked, newestAt }: BackupContents): Question {
  const parts = [
    countOf(dataSources, 'data source'),
    countOf(assets, 'data asset'),
    countOf(expectations, 'expectation'),
    countOf(runs, 'run'),
    `${countOf(asked, 'query', 'queries')} of history`,
  ]
  const until = newestAt === null ? '' : ` The last of it is of ${formatDateTime(newestAt)}.`
  return {
    title: 'Put this backup in place of everything?',
    sentence: `It holds ${parts.join(', ')}.${until} What is here now is kept as a copy beside it. Saved passwords of data sources that the backup does not have, or has otherwise, are forgotten.`,
    confirm: 'Restore',
  }
}
