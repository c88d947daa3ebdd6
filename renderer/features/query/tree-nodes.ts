import type { Column, RelationKind } from '#shared/model/data-source.ts'
import type { DatabaseObject, FoundName, ObjectKind, TreePartition } from '#shared/model/database-object.ts'

/** The rows of the object tree, from what has been read and what is open; or from what a search has found. */

export type TreeNode =
  | { readonly kind: 'schema'; readonly key: string; readonly schema: string; readonly count: number; readonly expanded: boolean }
  | {
      readonly kind: 'relation'
      readonly key: string
      readonly level: number
      readonly schema: string
      readonly relation: string
      readonly relationKind: RelationKind
      /** Of a partition, what is in it; null: it is none, or was found by its name. */
      readonly bound: string | null
      readonly expanded: boolean
    }
  | {
      readonly kind: 'column'
      readonly key: string
      readonly level: number
      readonly column: string
      readonly type: string | null
      readonly nullable: boolean
    }
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
  readonly relations: ReadonlyMap<
    string,
    readonly { readonly name: string; readonly kind: RelationKind; readonly partitionCount: number | null }[]
  >
  /** By the key of the partitioned table. */
  readonly partitions: ReadonlyMap<string, readonly TreePartition[]>
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
        : relations.flatMap(({ name, kind, partitionCount }) =>
            relationNodes(levels, open, { schema, relation: name, relationKind: kind, bound: null, partitionCount, level: 2 }),
          )
    return [head, ...below, ...folders(ofSchema, levels.objects.get(schema), open, { schema, level: 2 })]
  })
  return schemas.length === 0 ? [] : [...schemas, ...folders(ofDatabase, levels.objects.get(''), open, { schema: null, level: 1 })]
}

/** What the server found: each relation once, a partition as any other, open where a column was found in it, under its schema. */
export function foundNodes(found: readonly FoundName[], columns: TreeLevels['columns'], open: ReadonlySet<string>): readonly TreeNode[] {
  return [...Map.groupBy(found, ({ schema }) => schema)].flatMap(([schema, names]): TreeNode[] => {
    const relations = [...Map.groupBy(names, ({ relation }) => relation)]
    const head: TreeNode = { kind: 'schema', key: keyOfSchema(schema), schema, count: relations.length, expanded: true }
    return [
      head,
      ...relations.flatMap(([relation, same]): readonly TreeNode[] => {
        const relationKind = same[0]?.relationKind ?? 'table'
        const key = keyOfRelation(schema, relation)
        const expanded = open.has(key)
        const head: TreeNode = { kind: 'relation', key, level: 2, schema, relation, relationKind, bound: null, expanded }
        if (expanded) return [head, ...columnNodes(columns, { schema, relation, level: 3 })]
        const matches = same.flatMap(({ column }): TreeNode[] =>
          column === null
            ? []
            : [{ kind: 'column', key: JSON.stringify([schema, relation, column]), level: 3, column, type: null, nullable: true }],
        )
        return [head, ...matches]
      }),
    ]
  })
}

/** Whose objects are read: the schema of an open folder; '' for those of the whole database. */
export function objectsWanted(schemas: readonly string[], open: ReadonlySet<string>): readonly string[] {
  const some = (schema: string | null, of: readonly Folder[]) => of.some(({ title }) => open.has(keyOfFolder(schema, title)))
  return [...schemas.filter((schema) => open.has(keyOfSchema(schema)) && some(schema, ofSchema)), ...(some(null, ofDatabase) ? [''] : [])]
}

/** The partitioned tables whose partitions are read: those whose folder is open. */
export function partitionsWanted(open: ReadonlySet<string>): readonly { readonly schema: string; readonly relation: string }[] {
  return [...open].flatMap((key) => {
    if (!key.startsWith(PARTITIONS)) return []
    const [schema = '', relation = ''] = JSON.parse(key.slice(PARTITIONS.length)) as string[]
    return [{ schema, relation }]
  })
}

/** What a tree begins with: public, or the first schema in which there is a table. */
export function openAtFirst(schemas: TreeLevels['schemas']): ReadonlySet<string> {
  const filled = schemas.filter(({ relationCount }) => relationCount > 0)
  const first = filled.find(({ name }) => name === 'public') ?? filled[0]
  return new Set([keyOfSchema(first?.name ?? 'public')])
}

export function keyOfSchema(schema: string): string {
  return JSON.stringify([schema])
}

export function keyOfRelation(schema: string, relation: string): string {
  return JSON.stringify([schema, relation])
}

function keyOfPartitions(schema: string, relation: string): string {
  return PARTITIONS + keyOfRelation(schema, relation)
}

/** No other key begins with a letter. */
const PARTITIONS = 'partitions '

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
    if (own.length === 0) return [head, none(key, level + 1)]
    return [
      head,
      ...own.map((object): TreeNode => ({ kind: 'object', key: `${object.kind} ${object.oid}`, level: level + 1, schema, object })),
    ]
  })
}

interface ShownRelation {
  readonly schema: string
  readonly relation: string
  readonly relationKind: RelationKind
  readonly bound: string | null
  /** null: it is not partitioned, or they have not been counted. */
  readonly partitionCount: number | null
  readonly level: number
}

/** A table with its columns and, before them, the folder of its partitions, which are tables again. */
function relationNodes(
  levels: Pick<TreeLevels, 'columns' | 'partitions'>,
  open: ReadonlySet<string>,
  { partitionCount, ...shown }: ShownRelation,
): TreeNode[] {
  const { schema, relation, relationKind, level } = shown
  const key = keyOfRelation(schema, relation)
  const head: TreeNode = { kind: 'relation', key, ...shown, expanded: open.has(key) }
  if (!head.expanded) return [head]
  const partitions = relationKind === 'partitioned table' ? partitionNodes(levels, open, { ...shown, partitionCount }) : []
  return [head, ...partitions, ...columnNodes(levels.columns, { schema, relation, level: level + 1 })]
}

function columnNodes(
  columns: TreeLevels['columns'],
  { schema, relation, level }: Pick<ShownRelation, 'schema' | 'relation' | 'level'>,
): readonly TreeNode[] {
  const key = keyOfRelation(schema, relation)
  const known = columns.get(key)
  if (known === undefined) return [waiting(key, level)]
  return known.map(({ name, type, nullable }) => ({
    kind: 'column',
    key: JSON.stringify([schema, relation, name]),
    level,
    column: name,
    type,
    nullable,
  }))
}

function partitionNodes(
  levels: Pick<TreeLevels, 'columns' | 'partitions'>,
  open: ReadonlySet<string>,
  { schema, relation, partitionCount, level }: ShownRelation,
): readonly TreeNode[] {
  const key = keyOfPartitions(schema, relation)
  const known = levels.partitions.get(keyOfRelation(schema, relation))
  const count = known?.length ?? partitionCount
  const head: TreeNode = { kind: 'folder', key, level: level + 1, title: 'Partitions', count, expanded: open.has(key) }
  if (!head.expanded) return [head]
  if (known === undefined) return [head, waiting(key, level + 2)]
  if (known.length === 0) return [head, none(key, level + 2)]
  const below = known.flatMap(({ schema, name, kind, bound, partitionCount }) =>
    relationNodes(levels, open, { schema, relation: name, relationKind: kind, bound, partitionCount, level: level + 2 }),
  )
  return [head, ...below]
}

function none(key: string, level: number): TreeNode {
  return { kind: 'none', key: `${key} none`, level, text: 'None' }
}

function waiting(key: string, level: number): TreeNode {
  return { kind: 'waiting', key: `${key} …`, level }
}
