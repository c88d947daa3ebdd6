import type { Column, RelationKind } from '#shared/model/data-source.ts'
import type { DatabaseObject, FoundName, ObjectKind } from '#shared/model/database-object.ts'

/** The rows of the object tree, from what has been read and what is open; or from what a search has found. */

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
  | { readonly kind: 'column'; readonly key: string; readonly column: string; readonly type: string | null; readonly nullable: boolean }
  /** Objects of one sort. `count` null: they have not been read. */
  | {
      readonly kind: 'folder'
      readonly key: string
      readonly level: number
      readonly title: string
      readonly count: number | null
      readonly expanded: boolean
    }
  | {
      readonly kind: 'object'
      readonly key: string
      readonly level: number
      readonly schema: string | null
      readonly object: DatabaseObject
    }
  /** A level that is being read. */
  | { readonly kind: 'waiting'; readonly key: string; readonly level: number }
  /** Words in place of rows. */
  | { readonly kind: 'none'; readonly key: string; readonly level: number; readonly text: string }

export interface TreeLevels {
  readonly schemas: readonly { readonly name: string; readonly relationCount: number }[]
  /** By schema; what is missing has not been read. */
  readonly relations: ReadonlyMap<string, readonly { readonly name: string; readonly kind: RelationKind }[]>
  /** By the key of the relation. */
  readonly columns: ReadonlyMap<string, readonly Column[]>
  /** By schema, or '' for those of the whole database. */
  readonly objects: ReadonlyMap<string, readonly DatabaseObject[]>
}

/** Schemas with their relations and folders, then what belongs to no schema. Keys are JSON arrays of the names on the way to the node. */
export function treeNodes(levels: TreeLevels, open: ReadonlySet<string>): readonly TreeNode[] {
  const schemas = levels.schemas.flatMap(({ name: schema, relationCount }): TreeNode[] => {
    const key = keyOfSchema(schema)
    const head: TreeNode = { kind: 'schema', key, schema, count: relationCount, expanded: open.has(key) }
    if (!head.expanded) return [head]
    const relations = levels.relations.get(schema)
    const below =
      relations === undefined
        ? [waiting(key, 2)]
        : relations.flatMap(({ name, kind }) => relationNodes(levels.columns, open, { schema, relation: name, relationKind: kind }))
    return [head, ...below, ...folders(ofSchema, levels.objects.get(schema), open, { schema, level: 2 })]
  })
  return schemas.length === 0 ? [] : [...schemas, ...folders(ofDatabase, levels.objects.get(''), open, { schema: null, level: 1 })]
}

/** What the server found: each relation once, open where a column was found in it, under its schema. */
export function foundNodes(found: readonly FoundName[], columns: TreeLevels['columns'], open: ReadonlySet<string>): readonly TreeNode[] {
  return [...Map.groupBy(found, ({ schema }) => schema)].flatMap(([schema, names]): TreeNode[] => {
    const relations = [...Map.groupBy(names, ({ relation }) => relation)]
    const head: TreeNode = { kind: 'schema', key: keyOfSchema(schema), schema, count: relations.length, expanded: true }
    return [
      head,
      ...relations.flatMap(([relation, same]): readonly TreeNode[] => {
        const relationKind = same[0]?.relationKind ?? 'table'
        const key = keyOfRelation(schema, relation)
        if (open.has(key)) return relationNodes(columns, open, { schema, relation, relationKind })
        const matches = same.flatMap(({ column }): TreeNode[] =>
          column === null ? [] : [{ kind: 'column', key: JSON.stringify([schema, relation, column]), column, type: null, nullable: true }],
        )
        return [{ kind: 'relation', key, schema, relation, relationKind, expanded: false }, ...matches]
      }),
    ]
  })
}

/** Whose objects are read: the schema of an open folder; '' for those of the whole database. */
export function objectsWanted(schemas: readonly string[], open: ReadonlySet<string>): readonly string[] {
  const some = (schema: string | null, of: readonly Folder[]) => of.some(({ title }) => open.has(keyOfFolder(schema, title)))
  return [...schemas.filter((schema) => open.has(keyOfSchema(schema)) && some(schema, ofSchema)), ...(some(null, ofDatabase) ? [''] : [])]
}

export function keyOfSchema(schema: string): string {
  return JSON.stringify([schema])
}

export function keyOfRelation(schema: string, relation: string): string {
  return JSON.stringify([schema, relation])
}

interface Folder {
  readonly title: string
  readonly kinds: readonly ObjectKind[]
}

const ofSchema: readonly Folder[] = [
  { title: 'Functions', kinds: ['function', 'procedure', 'aggregate'] },
  { title: 'Sequences', kinds: ['sequence'] },
  { title: 'Types', kinds: ['type'] },
]
const ofDatabase: readonly Folder[] = [
  { title: 'Roles', kinds: ['role'] },
  { title: 'Extensions', kinds: ['extension'] },
]

function keyOfFolder(schema: string | null, title: string): string {
  return JSON.stringify({ schema, title })
}

function folders(
  wanted: readonly Folder[],
  objects: readonly DatabaseObject[] | undefined,
  open: ReadonlySet<string>,
  { schema, level }: { readonly schema: string | null; readonly level: number },
): readonly TreeNode[] {
  return wanted.flatMap(({ title, kinds }): TreeNode[] => {
    const key = keyOfFolder(schema, title)
    const own = objects?.filter(({ kind }) => kinds.includes(kind))
    const head: TreeNode = { kind: 'folder', key, level, title, count: own?.length ?? null, expanded: open.has(key) }
    if (!head.expanded) return [head]
    if (own === undefined) return [head, waiting(key, level + 1)]
    if (own.length === 0) return [head, { kind: 'none', key: `${key} none`, level: level + 1, text: 'None' }]
    return [
      head,
      ...own.map((object): TreeNode => ({ kind: 'object', key: `${object.kind} ${object.oid}`, level: level + 1, schema, object })),
    ]
  })
}

function relationNodes(
  columns: TreeLevels['columns'],
  open: ReadonlySet<string>,
  { schema, relation, relationKind }: { readonly schema: string; readonly relation: string; readonly relationKind: RelationKind },
): TreeNode[] {
  const key = keyOfRelation(schema, relation)
  const head: TreeNode = { kind: 'relation', key, schema, relation, relationKind, expanded: open.has(key) }
  if (!head.expanded) return [head]
  const known = columns.get(key)
  if (known === undefined) return [head, waiting(key, 3)]
  return [
    head,
    ...known.map(
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

function waiting(key: string, level: number): TreeNode {
  return { kind: 'waiting', key: `${key} …`, level }
}
