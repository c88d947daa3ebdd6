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
  const relations = useQueries({
    queries: readSchemas.map((schema) =>
      queries.query.relations.queryOptions({ input: { dataSourceId, schema }, staleTime: Number.POSITIVE_INFINITY }),
    ),
    combine: (results) => ({
      bySchema: new Map(results.flatMap(({ data }, index) => (data === undefined ? [] : [[readSchemas[index] ?? '', data] as const]))),
      failed: results.filter(({ isError }) => isError),
    }),
  })
  const openRelations = [...relations.bySchema].flatMap(([schema, list]) =>
    list.flatMap(({ name }) => (open.has(keyOfRelation(schema, name)) ? [{ schema, relation: name }] : [])),
  )
  const columns = useQueries({
    queries: openRelations.map(({ schema, relation }) =>
      queries.query.columns.queryOptions({ input: { dataSourceId, schema, relation }, staleTime: Number.POSITIVE_INFINITY }),
    ),
    combine: (results) => ({
      byRelation: new Map(
        results.flatMap(({ data }, index) => {
          const at = openRelations[index]
          return data === undefined || at === undefined ? [] : [[keyOfRelation(at.schema, at.relation), data] as const]
        }),
      ),
      failed: results.filter(({ isError }) => isError),
    }),
  })
  const failed = [schemas, ...relations.failed, ...columns.failed].filter(({ isError }) => isError)
  const level = { schemas: schemas.data ?? [], relations: relations.bySchema, columns: columns.byRelation }
  return {
    nodes: treeNodes(level, open, filter),
    names: useMemo(() => namesOf(relations.bySchema, columns.byRelation), [relations.bySchema, columns.byRelation]),
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

function namesOf(relations: ReadonlyMap<string, readonly RelationEntry[]>, columns: ReadonlyMap<string, readonly Column[]>): SqlNames {
  return Object.fromEntries(
    [...relations].map(([schema, list]) => [
      schema,
      Object.fromEntries(list.map(({ name }) => [name, (columns.get(keyOfRelation(schema, name)) ?? []).map((column) => column.name)])),
    ]),
  )
}
