import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import type { RelationName } from '#shared/model/data-asset.ts'
import type { RolePlan } from '#shared/model/role-plan.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { everything, relationKey, withAll } from './relation-filter.ts'
import { RelationList } from './relation-list.tsx'
import { useShownRelations } from './use-shown-relations.ts'

/** Which tables and views the role may read, chosen from those that the administrator sees. */
export function RoleTablesDialog({ opened, onClose, ...rest }: RoleTablesDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Tables that the role may read" size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <TablesForm onClose={onClose} {...rest} />}
    </Modal>
  )
}

function TablesForm({ admin, plan, onClose, onChosen }: Omit<RoleTablesDialogProps, 'opened'>) {
  const [selected, setSelected] = useState<readonly RelationName[]>(plan.tables ?? [])
  const [search, setSearch] = useState('')
  const input = { adminId: admin.adminId, schemas: plan.schemas }
  const relations = useQuery(queries.setup.relations.queryOptions({ input, staleTime: 0 }))
  const keys = useMemo(() => new Set(selected.map(relationKey)), [selected])
  const filter = useMemo(() => ({ ...everything, search }), [search])
  const { shown, unfolded, fold } = useShownRelations(relations.data, filter)
  // A table of a schema that is not in the plan any more stays chosen, and does not count.
  const count = selected.filter(({ schema }) => plan.schemas.includes(schema)).length
  const tooMany = selected.length > MOST

  const submit = (event: FormEvent) => {
    event.preventDefault()
    // The dialog stands inside the form of its step, which must not go on.
    event.stopPropagation()
    if (!tooMany) onChosen(selected)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          type="search"
          w={280}
          aria-label="Search tables"
          placeholder="Search tables"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {relations.isPending && <Loading rows={8} />}
        {relations.isError && <Problem error={relations.error} onRetry={() => void relations.refetch()} />}
        {relations.isSuccess && shown.length === 0 && <Text c="dimmed">No table fits.</Text>}
        {shown.length > 0 && (
          <RelationList
            entries={shown}
            selected={keys}
            unfolded={unfolded}
            onSelect={(entries, on) => setSelected(withAll(selected, entries, on))}
            onFold={fold}
          />
        )}
        <Group justify="space-between" gap="xs">
          <Text component="span" role="status">
            {tooMany ? `More than ${MOST} tables: take all of a schema in their place.` : `${countOf(count, 'table')} chosen`}
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={tooMany}>
              Use these
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

interface RoleTablesDialogProps {
  readonly admin: AdminSession
  readonly plan: RolePlan
  readonly opened: boolean
  readonly onClose: () => void
  readonly onChosen: (tables: readonly RelationName[]) => void
}

/** As many as the plan may hold. */
const MOST = 1_000
