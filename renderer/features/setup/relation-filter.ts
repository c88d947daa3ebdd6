import type { RelationName } from '#shared/model/data-asset.ts'
import type { Relation, RelationKind } from '#shared/model/data-source.ts'

/** Which relations "Select tables" shows, in which order, and which of them can be selected. */

export interface RelationFilter {
  readonly search: string
  /** null: all. */
  readonly schema: string | null
  readonly kind: RelationKind | null
}

export const everything: RelationFilter = { search: '', schema: null, kind: null }

/** A relation with what the list asks of it at every key, worked out once. */
export interface RelationEntry {
  readonly relation: Relation
  readonly key: string
  /** In lower case: schema, name and comment. */
  readonly text: string
  /** oids of the partitioned tables that it is a part of, outermost first. */
  readonly within: readonly number[]
  /** How many partitions it has, those of its partitions included. */
  readonly partitions: number
}

/** Each partition right behind the table that it is a part of. A partition whose table is not in the list stands by itself. */
export function entriesOf(relations: readonly Relation[]): readonly RelationEntry[] {
  const known = new Set(relations.map(({ oid }) => oid))
  const parts = Map.groupBy(relations, ({ partitionOf }) => (partitionOf !== null && known.has(partitionOf) ? partitionOf : null))
  const entries: RelationEntry[] = []
  const place = (relation: Relation, within: readonly number[]): void => {
    const at = entries.length
    const entry = { relation, key: relationKey(relation), text: textOf(relation), within, partitions: 0 }
    entries.push(entry)
    for (const part of parts.get(relation.oid) ?? []) place(part, [...within, relation.oid])
    entries[at] = { ...entry, partitions: entries.length - at - 1 }
  }
  for (const relation of parts.get(null) ?? []) place(relation, [])
  return entries
}

/**
 * Each word of the search must occur in the schema, the name or the comment, whatever the case. Partitions are folded
 * into their table unless it is in `unfolded`; one that is found where its table is not stands by itself.
 */
export function filterEntries(
  entries: readonly RelationEntry[],
  filter: RelationFilter,
  unfolded: ReadonlySet<number>,
): readonly RelationEntry[] {
  const words = filter.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  // Tables come before their partitions, so whether a table was found is known when its partitions are looked at.
  const folding = new Set<number>()
  return entries.filter(({ relation, text, within }) => {
    if (filter.schema !== null && relation.schema !== filter.schema) return false
    if (!words.every((word) => text.includes(word))) return false
    if (!unfolded.has(relation.oid)) folding.add(relation.oid)
    if (filter.kind !== null && relation.kind !== filter.kind) return false
    return !within.some((oid) => folding.has(oid))
  })
}

export function isSelectable(relation: Relation): boolean {
  return relation.readable && relation.assetId === null
}

/** A key for sets: a schema's name may hold any character, so the parts are kept apart by JSON. */
export function relationKey({ schema, name }: RelationName): string {
  return JSON.stringify([schema, name])
}

/** Adds all of `entries` that can be selected, or takes them out again. What is not among them stays as it is. */
export function withAll(selected: readonly RelationName[], entries: readonly RelationEntry[], on: boolean): readonly RelationName[] {
  const meant = entries.filter(({ relation }) => isSelectable(relation))
  const keys = new Set(meant.map(({ key }) => key))
  const others = selected.filter((name) => !keys.has(relationKey(name)))
  return on ? [...others, ...meant.map(({ relation: { schema, name } }) => ({ schema, name }))] : others
}

export function schemasOf(relations: readonly Relation[]): readonly string[] {
  return [...new Set(relations.map(({ schema }) => schema))]
}

export function kindsOf(relations: readonly Relation[]): readonly RelationKind[] {
  return [...new Set(relations.map(({ kind }) => kind))]
}

/** Why a relation cannot be selected, or what to know about it; null for an ordinary one. */
export function remarkOn(relation: Relation): string | null {
  if (relation.assetId !== null) return 'Added already'
  if (!relation.readable) return 'Cannot read'
  return relation.rowSecurity ? 'Row-level security' : null
}

function textOf({ schema, name, comment }: Relation): string {
  return `${schema}.${name} ${comment ?? ''}`.toLowerCase()
}
