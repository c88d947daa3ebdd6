import type { RelationName } from '#shared/model/data-asset.ts'
import type { Relation, RelationKind } from '#shared/model/data-source.ts'

/** Which relations "Select tables" shows, and which of them can be selected. */

export interface RelationFilter {
  readonly search: string
  /** null: all. */
  readonly schema: string | null
  readonly kind: RelationKind | null
  readonly partitions: boolean
}

export const everything: RelationFilter = { search: '', schema: null, kind: null, partitions: false }

/** Each word of the search must occur in the schema, the name or the comment, whatever the case. */
export function filterRelations(relations: readonly Relation[], filter: RelationFilter): readonly Relation[] {
  const words = filter.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return relations.filter((relation) => {
    if (relation.isPartition && !filter.partitions) return false
    if (filter.schema !== null && relation.schema !== filter.schema) return false
    if (filter.kind !== null && relation.kind !== filter.kind) return false
    if (words.length === 0) return true
    const text = `${relation.schema}.${relation.name} ${relation.comment ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

export function isSelectable(relation: Relation): boolean {
  return relation.readable && relation.assetId === null
}

/** A key for sets: a schema's name may hold any character, so the parts are kept apart by JSON. */
export function relationKey({ schema, name }: RelationName): string {
  return JSON.stringify([schema, name])
}

export function toggled(selected: readonly RelationName[], { schema, name }: RelationName): readonly RelationName[] {
  const key = relationKey({ schema, name })
  const without = selected.filter((other) => relationKey(other) !== key)
  return without.length === selected.length ? [...selected, { schema, name }] : without
}

/** Adds all of `shown` that can be selected, or takes them out again. What is not shown stays as it is. */
export function withAll(selected: readonly RelationName[], shown: readonly Relation[], on: boolean): readonly RelationName[] {
  const shownKeys = new Set(shown.filter(isSelectable).map(relationKey))
  const others = selected.filter((name) => !shownKeys.has(relationKey(name)))
  return on ? [...others, ...shown.filter(isSelectable).map(({ schema, name }) => ({ schema, name }))] : others
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
  if (!relation.readable) return 'No right to read'
  return relation.rowSecurity ? 'Row-level security' : null
}
