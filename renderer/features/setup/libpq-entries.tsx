import { Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import type { LibpqEntries } from '#shared/model/setup.ts'

/** Connections that psql knows on this computer, by name. Nothing is drawn where there are none. */
export function LibpqEntryChoice({ fromFile, onChoose }: LibpqEntryChoiceProps) {
  const found = useQuery(queries.setup.libpqEntries.queryOptions({ input: {} }))
  const { entries, problems } = found.data ?? { entries: [], problems: [] }
  if (entries.length === 0 && problems.length === 0) return null
  return (
    <div>
      {entries.length > 0 && (
        <Select
          label="From this computer"
          description="Entries of pg_service.conf and .pgpass. A password stays in its file until the connection is made."
          placeholder="Choose by name"
          data={grouped(entries)}
          value={null}
          onChange={(value) => {
            const entry = entries[Number(value)]
            if (value !== null && entry !== undefined) onChoose(entry)
          }}
          searchable
          comboboxProps={{ withinPortal: true }}
        />
      )}
      {fromFile && (
        <Text component="p" m={0} mt={4} role="status">
          The password is read from its file when you connect.
        </Text>
      )}
      {problems.map((problem) => (
        <Text key={problem} component="p" m={0} mt={4} c="dimmed" size="xs">
          {problem}
        </Text>
      ))}
    </div>
  )
}

interface LibpqEntryChoiceProps {
  /** The password of the entry that was chosen will be used. */
  readonly fromFile: boolean
  onChoose(entry: LibpqEntries['entries'][number]): void
}

function grouped(entries: LibpqEntries['entries']) {
  const options = entries.map(({ from, name }, index) => ({ from, value: String(index), label: name }))
  return (['pg_service.conf', '.pgpass'] as const)
    .map((group) => ({ group, items: options.filter(({ from }) => from === group) }))
    .filter(({ items }) => items.length > 0)
}
