import type { Column, RelationKind } from '#shared/model/data-source.ts'

/** The rows of the object tree, from what has been read, what is open and what is searched for. */

export type TreeNode =
  | { readonly kind: 'schema'; readonly key: string; readonly schema: string; readonly count: number; readonly expanded: boolean }
  | {
      readonly kind: 'relation'
      readonly key: string
      readonly schema: string
      readonly relation: string
      readonly relationKind: RelationKind
      readonly expanded: boolean
    }
  | { readonly kind: 'column'; readonly key: string; readonly column: string; readonly type: string; readonly nullable: boolean }
  /** A level that is being read. */
  | { readonly kind: 'waiting'; readonly key: string; readonly level: number }

export interface TreeLevels {
  readonly schemas: readonly { readonly name: string; readonly relationCount: number }[]
  /** By schema; what is missing has not been read. */
  readonly relations: ReadonlyMap<string, readonly { readonly name: string; readonly kind: RelationKind }[]>
  /** By the key of the relation. */
  readonly columns: ReadonlyMap<string, readonly Column[]>
}

/** Keys are JSON arrays of the names on the way to the node. */
export function treeNodes(levels: TreeLevels, open: ReadonlySet<string>, filter: string): readonly TreeNode[] {
  const words = filter
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const fits = (name: string) => words.every((word) => name.toLocaleLowerCase().includes(word))
  return levels.schemas.flatMap(({ name: schema, relationCount }): TreeNode[] => {
    const key = JSON.stringify([schema])
    const all = levels.relations.get(schema)
    const found = words.length === 0 || fits(schema) ? all : all?.filter(({ name }) => fits(`${schema}.${name}`))
    if (words.length > 0 && !fits(schema) && (found?.length ?? 0) === 0) return []
    // What a search has found is shown without being opened by hand.
    const expanded = open.has(key) || (words.length > 0 && (found?.length ?? 0) > 0)
    const head: TreeNode = { kind: 'schema', key, schema, count: relationCount, expanded }
    if (!expanded) return [head]
    if (found === undefined) return [head, { kind: 'waiting', key: `${key} …`, level: 2 }]
    return [head, ...found.flatMap(({ name, kind }) => relationNodes(levels, open, schema, name, kind))]
  })
}

function relationNodes(
  levels: TreeLevels,
  open: ReadonlySet<string>,
  schema: string,
  relation: string,
  relationKind: RelationKind,
): TreeNode[] {
  const key = JSON.stringify([schema, relation])
  const head: TreeNode = { kind: 'relation', key, schema, relation, relationKind, expanded: open.has(key) }
  if (!head.expanded) return [head]
  const columns = levels.columns.get(key)
  if (columns === undefined) return [head, { kind: 'waiting', key: `${key} …`, level: 3 }]
  return [
    head,
    ...columns.map(
      ({ name, type, nullable }): TreeNode => ({
        kind: 'column',
        key: JSON.stringify([schema, relation, name]),
        column: name,
        type,
        nullable,
      }),
    ),
  ]
}
