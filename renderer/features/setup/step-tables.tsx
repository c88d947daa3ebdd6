import { Button, Checkbox, Group, Select, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { QueryAssetDialog } from '#parts/query-asset-dialog.tsx'
import { type Relation, RelationKind } from '#shared/model/data-source.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { countOf, formatCount } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import {
  everything,
  isSelectable,
  kindsOf,
  type RelationEntry,
  type RelationFilter,
  relationKey,
  schemasOf,
  withAll,
} from './relation-filter.ts'
import { RelationList } from './relation-list.tsx'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'
import { useShownRelations } from './use-shown-relations.ts'

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
  const { selected, dataSourceId } = wizard.draft
  const list = useRef<HTMLDivElement>(null)
  const [filter, setFilter] = useState<RelationFilter>(everything)
  const [query, setQuery] = useState(false)
  const change = useCallback((part: Partial<RelationFilter>) => setFilter((before) => ({ ...before, ...part })), [])
  const { shown, unfolded, fold } = useShownRelations(relations, filter)
  const keys = useMemo(() => new Set(selected.map(relationKey)), [selected])
  const selectable = useMemo(() => shown.filter(({ relation }) => isSelectable(relation)), [shown])
  const chosen = useMemo(() => selectable.filter(({ key }) => keys.has(key)).length, [selectable, keys])
  const select = (meant: readonly RelationEntry[], on: boolean) =>
    dispatch({ type: 'tables-selected', selected: withAll(selected, meant, on) })

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
          type="search"
          aria-label="Search tables"
          placeholder="Search names and comments"
          value={filter.search}
          onChange={(event) => change({ search: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return
            event.preventDefault()
            list.current?.focus()
          }}
          w={240}
        />
        <SchemaAndKind relations={relations} schema={filter.schema} kind={filter.kind} onChange={change} />
        <Button variant="default" onClick={() => setQuery(true)} ml="auto">
          Add a query…
        </Button>
        <Button variant="default" onClick={onRefresh} loading={refreshing}>
          Refresh
        </Button>
      </Group>
      <Group justify="space-between" mb={8} px={13}>
        <Checkbox
          label={
            filter === everything
              ? `Select all (${formatCount(selectable.length)})`
              : `Select all that are shown (${formatCount(selectable.length)})`
          }
          checked={chosen > 0 && chosen === selectable.length}
          indeterminate={chosen > 0 && chosen < selectable.length}
          disabled={selectable.length === 0}
          onChange={() => select(shown, chosen < selectable.length)}
        />
        <Text component="span" c="dimmed" role="status">
          {shown.length === relations.length
            ? countOf(relations.length, 'relation')
            : `${formatCount(shown.length)} of ${countOf(relations.length, 'relation')} shown`}
        </Text>
      </Group>
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
        <RelationList entries={shown} selected={keys} unfolded={unfolded} onSelect={select} onFold={fold} focusRef={list} />
      )}
      {dataSourceId !== null && (
        <QueryAssetDialog
          change={null}
          dataSourceId={dataSourceId}
          opened={query}
          onClose={() => setQuery(false)}
          onAdded={({ name }) => notify({ message: `${name} is a data asset now.` })}
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

/** Apart from the search, so that a key in it leaves them alone. */
const SchemaAndKind = memo(function SchemaAndKind({ relations, schema, kind, onChange }: SchemaAndKindProps) {
  const schemas = useMemo(() => schemasOf(relations), [relations])
  const kinds = useMemo(() => kindsOf(relations), [relations])
  return (
    <>
      <Select
        aria-label="Schema"
        placeholder={`All schemas (${schemas.length})`}
        data={[...schemas]}
        value={schema}
        onChange={(picked) => onChange({ schema: picked })}
        searchable
        clearable
        w={180}
      />
      <Select
        aria-label="Kind"
        placeholder="All kinds"
        data={[...kinds]}
        value={kind}
        onChange={(picked) => onChange({ kind: picked === null ? null : RelationKind.parse(picked) })}
        clearable
        w={160}
      />
    </>
  )
})

interface SchemaAndKindProps extends Pick<RelationFilter, 'schema' | 'kind'> {
  readonly relations: readonly Relation[]
  readonly onChange: (part: Partial<RelationFilter>) => void
}
