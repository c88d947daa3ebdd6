import { useDebouncedValue } from '@mantine/hooks'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { queries } from '#api/client.ts'
import {
  foundNodes,
  keyOfRelation,
  keyOfSchema,
  objectsWanted,
  openAtFirst,
  partitionsWanted,
  type TreeNode,
  treeNodes,
} from './tree-nodes.ts'

export interface ObjectTree {
  readonly nodes: readonly TreeNode[]
  readonly pending: boolean
  /** The first that went wrong; null when nothing did. */
  readonly error: unknown
  toggle(key: string): void
  retry(): void
}

/** Schemas, relations, partitions, columns: each level is read when it is opened, and asked again only by hand. A search is the server's. */
export function useObjectTree(dataSourceId: string, filter: string): ObjectTree {
  const schemas = useQuery(queries.query.schemas.queryOptions({ input: { dataSourceId }, ...asked }))
  const [opened, setOpen] = useState<ReadonlySet<string> | null>(null)
  // Chosen once: what is open does not move when the names are read again.
  if (opened === null && schemas.data !== undefined) setOpen(openAtFirst(schemas.data))
  const open = opened ?? NOTHING_OPEN
  const search = useDebouncedValue(filter.trim(), SEARCH_AFTER_MS)[0]
  const found = useQuery({ ...queries.query.find.queryOptions({ input: { dataSourceId, search }, ...asked }), enabled: search !== '' })
  const schemaNames = useMemo(() => (schemas.data ?? []).map(({ name }) => name), [schemas.data])
  const readSchemas = schemaNames.filter((name) => open.has(keyOfSchema(name)))
  const relationQueries = useQueries({
    queries: readSchemas.map((schema) => queries.query.relations.queryOptions({ input: { dataSourceId, schema }, ...asked })),
  })
  const relations = useStable(dataByKey(readSchemas, relationQueries))
  const wanted = objectsWanted(schemaNames, open)
  const objectQueries = useQueries({
    queries: wanted.map((schema) =>
      queries.query.objects.queryOptions({ input: { dataSourceId, schema: schema === '' ? null : schema }, ...asked }),
    ),
  })
  const wantedPartitions = partitionsWanted(open)
  const partitionQueries = useQueries({
    queries: wantedPartitions.map((table) => queries.query.partitions.queryOptions({ input: { dataSourceId, ...table }, ...asked })),
  })
  const partitionKeys = wantedPartitions.map(({ schema, relation }) => keyOfRelation(schema, relation))
  const partitions = useStable(dataByKey(partitionKeys, partitionQueries))
  const known = new Set([
    ...[...relations].flatMap(([schema, list]) => list.map(({ name }) => keyOfRelation(schema, name))),
    ...[...partitions.values()].flatMap((list) => list.map(({ schema, name }) => keyOfRelation(schema, name))),
    ...(found.data ?? []).map(({ schema, relation }) => keyOfRelation(schema, relation)),
  ])
  const openRelations = [...open].filter((key) => known.has(key))
  const columnQueries = useQueries({
    queries: openRelations.map((key) => {
      const [schema = '', relation = ''] = JSON.parse(key) as string[]
      return queries.query.columns.queryOptions({ input: { dataSourceId, schema, relation }, ...asked })
    }),
  })
  const columns = useStable(dataByKey(openRelations, columnQueries))
  const below = [...relationQueries, ...partitionQueries, ...columnQueries, ...objectQueries]
  const failed = [schemas, ...(search === '' ? [] : [found]), ...below].filter(({ isError }) => isError)
  const levels = { schemas: schemas.data ?? [], relations, partitions, columns, objects: dataByKey(wanted, objectQueries) }
  return {
    nodes: search === '' ? treeNodes(levels, open) : foundNodes(found.data ?? [], columns, open),
    pending: search === '' ? schemas.isPending : found.isPending,
    error: failed[0]?.error ?? null,
    toggle: (key) =>
      setOpen((before) => {
        const after = new Set(before ?? NOTHING_OPEN)
        if (!after.delete(key)) after.add(key)
        return after
      }),
    retry: () => {
      for (const query of failed) void query.refetch()
    },
  }
}

const asked = { staleTime: Number.POSITIVE_INFINITY }
/** Typing pauses this long before the server is asked. */
const SEARCH_AFTER_MS = 200

const NOTHING_OPEN: ReadonlySet<string> = new Set()

function dataByKey<Data>(keys: readonly string[], results: readonly { readonly data: Data | undefined }[]): ReadonlyMap<string, Data> {
  return new Map(
    keys.flatMap((key, index): [string, Data][] => {
      const data = results[index]?.data
      return data === undefined ? [] : [[key, data]]
    }),
  )
}

/** The map of before while it holds the same, so that what is made from it is made once. */
function useStable<Data>(next: ReadonlyMap<string, Data>): ReadonlyMap<string, Data> {
  const [kept, setKept] = useState(next)
  const same = kept.size === next.size && [...next].every(([key, data]) => kept.get(key) === data)
  if (!same) setKept(next)
  return same ? kept : next
}
