import { useMemo, useState } from 'react'
import type { Relation } from '#shared/model/data-source.ts'
import { entriesOf, filterEntries, type RelationEntry, type RelationFilter } from './relation-filter.ts'

export interface ShownRelations {
  readonly shown: readonly RelationEntry[]
  /** oids of the partitioned tables whose partitions are shown. */
  readonly unfolded: ReadonlySet<number>
  readonly fold: (entry: RelationEntry, open: boolean) => void
}

/** What a list of relations shows under a filter, and which of its partitioned tables are unfolded. */
export function useShownRelations(relations: readonly Relation[] | undefined, filter: RelationFilter): ShownRelations {
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const entries = useMemo(() => entriesOf(relations ?? []), [relations])
  const shown = useMemo(() => filterEntries(entries, filter, unfolded), [entries, filter, unfolded])
  const fold = ({ relation }: RelationEntry, open: boolean) => {
    const next = new Set(unfolded)
    if (open) next.add(relation.oid)
    else next.delete(relation.oid)
    setUnfolded(next)
  }
  return { shown, unfolded, fold }
}
