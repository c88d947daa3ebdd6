import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { ProofLevel, type RoleFinding, type RoleProof } from '#shared/model/role-proof.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { ProofBadge } from './role-proof-badge.tsx'
import { areaTitles, levelTitles, matrixRows, searchRows } from './role-proof-words.ts'

/** More rows than this are found by the search, not by scrolling. */
const SHOWN = 200

/** Everything that was looked at, worst first. */
export function RoleProofMatrix({ proof }: { readonly proof: RoleProof }) {
  const [search, setSearch] = useState('')
  const [level, setLevel] = useState<ProofLevel | null>(null)
  const rows = useMemo(() => matrixRows(proof), [proof])
  const found = useMemo(() => searchRows(rows, search, level), [rows, search, level])
  const count = (wanted: ProofLevel) => rows.filter((row) => row.level === wanted).length
  return (
    <Stack gap={8}>
      <SegmentedControl
        aria-label="Findings shown"
        value={level ?? 'all'}
        onChange={(value) => setLevel(ProofLevel.safeParse(value).data ?? null)}
        data={[
          { value: 'all', label: `All (${rows.length})` },
          ...ProofLevel.options.toReversed().map((value) => ({ value, label: `${levelTitles[value]} (${count(value)})` })),
        ]}
      />
      <DataTable
        label="What the role can and cannot do"
        rows={found.slice(0, SHOWN)}
        columns={columns}
        rowKey={(row) => row.id}
        emptyRow="Nothing matches."
        toolbar={
          <TextInput
            type="search"
            w={280}
            aria-label="Search findings and tables"
            placeholder="Search findings and tables"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            onKeyDown={(event) => {
              // It may stand in the form of a step, which must not go on.
              if (event.key === 'Enter') event.preventDefault()
            }}
          />
        }
      />
      {found.length > SHOWN && (
        <Text component="p" m={0} c="dimmed">
          The first {SHOWN} of {found.length} are shown. Search to see others.
        </Text>
      )}
    </Stack>
  )
}

const columns: readonly DataColumn<RoleFinding>[] = [
  {
    key: 'level',
    title: 'Finding',
    cell: ({ level }) => <ProofBadge level={level} plain />,
    value: ({ level }) => levelTitles[level],
    width: '140px',
  },
  { key: 'area', title: 'Of', value: ({ area }) => areaTitles[area], width: '110px' },
  {
    key: 'subject',
    title: 'About',
    cell: ({ subject }) => <span className="monospace">{subject}</span>,
    value: ({ subject }) => subject,
    width: '180px',
  },
  { key: 'sentence', title: 'What it means', cell: ({ sentence }) => sentence },
]
