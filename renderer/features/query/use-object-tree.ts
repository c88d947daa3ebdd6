import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { queries } from '#api/client.ts'
import type { Column, RelationKind } from '#shared/model/data-source.ts'
import type { SqlNames } from '#ui/sql-editor/editor-types.ts'
import { type TreeNode, treeNodes } from './tree-nodes.ts'

export interface ObjectTree {
  readonly nodes: readonly TreeNode[]
  /** For completion: what the tree has read by now. */
  readonly names: SqlNames
  readonly pending: boolean
  /** The first that went wrong; null when nothing did. */
  readonly error: unknown
  toggle(key: string): void
  retry(): void
}

/** While a filter is typed, that many schemas are read to find its words in them. */
const SCHEMAS_TO_FILTER = 50

/** Schemas, relations, columns: each level is read when it is opened, and asked again only by hand. */
export function useObjectTree(dataSourceId: string, filter: string): ObjectTree {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set([keyOfSchema('public')]))
  const schemas = useQuery(queries.query.schemas.queryOptions({ input: { dataSourceId }, staleTime: Number.POSITIVE_INFINITY }))
  const filtering = filter.trim() !== ''
  const schemaNames = useMemo(() => (schemas.data ?? []).map(({ name }) => name), [schemas.data])
  const readSchemas = schemaNames.filter((name, index) => (filtering && index < SCHEMAS_TO_FILTER) || open.has(keyOfSchema(name)))
  const relationQueries = useQueries({
    queries: readSchemas.map((schema) =>
      queries.query.relations.queryOptions({ input: { dataSourceId, schema }, staleTime: Number.POSITIVE_INFINITY }),
    ),
  })
  const relations = useStable(dataByKey(readSchemas, relationQueries))
  const openRelations = [...relations].flatMap(([schema, list]) =>
    list.flatMap(({ name }) => (open.has(keyOfRelation(schema, name)) ? [{ schema, relation: name }] : [])),
  )
  const columnQueries = useQueries({
    queries: openRelations.map(({ schema, relation }) =>
      queries.query.columns.queryOptions({ input: { dataSourceId, schema, relation }, staleTime: Number.POSITIVE_INFINITY }),
    ),
  })
  const columns = useStable(
    dataByKey(
      openRelations.map(({ schema, relation }) => keyOfRelation(schema, relation)),
      columnQueries,
    ),
  )
  const failed = [schemas, ...relationQueries, ...columnQueries].filter(({ isError }) => isError)
  const names = useMemo(() => namesOf(relations, columns), [relations, columns])
  return {
    nodes: treeNodes({ schemas: schemas.data ?? [], relations, columns }, open, filter),
    names,
    pending: schemas.isPending,
    error: failed[0]?.error ?? null,
    toggle: (key) =>
      setOpen((before) => {
        const after = new Set(before)
        if (!after.delete(key)) after.add(key)
        return after
      }),
    retry: () => {
      for (const query of failed) void query.refetch()
    },
  }
}

export interface RelationEntry {
  readonly name: string
  readonly kind: RelationKind
  readonly comment: string | null
}

export function keyOfSchema(schema: string): string {
  return JSON.stringify([schema])
}

export function keyOfRelation(schema: string, relation: string): string {
  return JSON.stringify([schema, relation])
}

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

function namesOf(relations: ReadonlyMap<string, readonly RelationEntry[]>, columns: ReadonlyMap<string, readonly Column[]>): SqlNames {
  return Object.fromEntries(
    [...relations].map(([schema, list]) => [
      schema,
      Object.fromEntries(list.map(({ name }) => [name, (columns.get(keyOfRelation(schema, name)) ?? []).map((column) => column.name)])),
    ]),
  )
}
