import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { usePreferences } from '#api/preferences.ts'
import type { DataSource } from '#shared/model/data-source.ts'

export interface CurrentDataSource {
  /** The one chosen last, else the first; null when there is none. */
  readonly current: DataSource | null
  readonly all: readonly DataSource[]
  choose(id: string): void
}

/** The data source that the person works with: shown in the top bar, and where the query pane begins. */
export function useCurrentDataSource(): CurrentDataSource {
  const { data: all = [] } = useQuery(queries.dataSources.list.queryOptions({ input: {} }))
  const { preferences, change } = usePreferences()
  const current = all.find(({ id }) => id === preferences.currentDataSourceId) ?? all[0] ?? null
  return { current, all, choose: (id) => change({ currentDataSourceId: id }) }
}
