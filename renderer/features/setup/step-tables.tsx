import { Button, Checkbox, Group, Select, Switch, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { type Relation, RelationKind } from '#shared/model/data-source.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { countOf, formatCount } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import {
  everything,
  filterRelations,
  isSelectable,
  kindsOf,
  type RelationFilter,
  relationKey,
  schemasOf,
  toggled,
  withAll,
} from './relation-filter.ts'
import { RelationList } from './relation-list.tsx'
import type { StepProps } from './setup-wizard.tsx'
import { StepFrame } from './step-frame.tsx'

export function StepTables(props: StepProps) {
  const { wizard, dispatch, goTo } = props
  const { dataSourceId, selected, connectionString } = wizard.draft
  const relations = useQuery({
    ...queries.dataSources.relations.queryOptions({ input: { id: dataSourceId ?? '' } }),
    enabled: dataSourceId !== null,
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new list can make a selection stale
  useEffect(() => {
    if (relations.data !== undefined) dispatch({ type: 'tables-listed', relations: relations.data })
  }, [relations.data])

  return (
    <StepFrame
      title="Select tables"
      about="Select one or more tables or views. Each becomes a data asset: something to watch."
      {...(connectionString === '' ? {} : { onBack: () => goTo('connect') })}
      onNext={() => goTo('expectations')}
      next="Continue"
      nextDisabled={selected.length === 0}
      width="wide"
      extra={
        <Text component="span" role="status" ml={8}>
          {selected.length === 0 ? 'Nothing selected' : `${countOf(selected.length, 'table')} selected`}
        </Text>
      }
    >
      {relations.isPending && <Loading rows={10} />}
      {relations.isError && <Problem error={relations.error} onRetry={() => void relations.refetch()} />}
      {relations.data !== undefined && (
        <Picker {...props} relations={relations.data} refreshing={relations.isFetching} onRefresh={() => void relations.refetch()} />
      )}
    </StepFrame>
  )
}

function Picker({ wizard, dispatch, relations, refreshing, onRefresh }: PickerProps) {
  const { selected } = wizard.draft
  const [filter, setFilter] = useState<RelationFilter>(everything)
  const change = (part: Partial<RelationFilter>) => setFilter({ ...filter, ...part })
  const shown = useMemo(() => filterRelations(relations, filter), [relations, filter])
  const keys = useMemo(() => new Set(selected.map(relationKey)), [selected])
  const selectable = useMemo(() => shown.filter(isSelectable), [shown])
  const chosen = selectable.filter((relation) => keys.has(relationKey(relation))).length
  const partitions = useMemo(() => relations.filter(({ isPartition }) => isPartition).length, [relations])
  const schemas = useMemo(() => schemasOf(relations), [relations])
  const kinds = useMemo(() => kindsOf(relations), [relations])

  if (relations.length === 0) {
    return (
      <EmptyState
        title="No tables to be seen"
        actions={
          <Button onClick={onRefresh} loading={refreshing}>
            Look again
          </Button>
        }
      >
        The role of this data source sees no tables or views. It needs USAGE on a schema and SELECT on its tables.
      </EmptyState>
    )
  }
  return (
    <div>
      <Group gap="xs" mb={8} align="center">
        <TextInput
          aria-label="Search tables"
          placeholder="Search tables"
          value={filter.search}
          onChange={(event) => change({ search: event.currentTarget.value })}
          w={240}
        />
        <Select
          aria-label="Schema"
          placeholder={`All schemas (${schemas.length})`}
          data={[...schemas]}
          value={filter.schema}
          onChange={(schema) => change({ schema })}
          searchable
          clearable
          w={180}
        />
        <Select
          aria-label="Kind"
          placeholder="All kinds"
          data={[...kinds]}
          value={filter.kind}
          onChange={(kind) => change({ kind: kind === null ? null : RelationKind.parse(kind) })}
          clearable
          w={160}
        />
        {partitions > 0 && (
          <Switch
            label={`Show partitions (${formatCount(partitions)})`}
            checked={filter.partitions}
            onChange={(event) => change({ partitions: event.currentTarget.checked })}
          />
        )}
        <Button variant="default" onClick={onRefresh} loading={refreshing} ml="auto">
          Refresh
        </Button>
      </Group>
      <Checkbox
        mb={8}
        ml={13}
        label={
          selectable.length === relations.length
            ? `Select all (${formatCount(selectable.length)})`
            : `Select all that are shown (${formatCount(selectable.length)})`
        }
        checked={chosen > 0 && chosen === selectable.length}
        indeterminate={chosen > 0 && chosen < selectable.length}
        disabled={selectable.length === 0}
        onChange={() => dispatch({ type: 'tables-selected', selected: withAll(selected, shown, chosen < selectable.length) })}
      />
      {shown.length === 0 ? (
        <EmptyState
          title="Nothing fits"
          actions={
            <Button variant="default" onClick={() => setFilter(everything)}>
              Show all
            </Button>
          }
        >
          No table fits the search and the filters.
        </EmptyState>
      ) : (
        <RelationList
          relations={shown}
          isSelected={(relation) => keys.has(relationKey(relation))}
          onToggle={(relation) => dispatch({ type: 'tables-selected', selected: toggled(selected, relation) })}
        />
      )}
    </div>
  )
}

interface PickerProps extends StepProps {
  readonly relations: readonly Relation[]
  readonly refreshing: boolean
  readonly onRefresh: () => void
}
