import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { useCurrentDataSource } from '#parts/use-current-data-source.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { Loading } from '#ui/loading.tsx'
import { ClosingQuestion } from './closing-question.tsx'
import treeStyles from './object-tree.module.css'
import { ObjectTreePane } from './object-tree.tsx'
import { PanelPair } from './panel-pair.tsx'
import styles from './query-page.module.css'
import { IDLE_LIMIT_MS } from './query-session.tsx'
import { QueryTabPanel } from './query-tab.tsx'
import { firstRowsSql } from './query-words.ts'
import { SplitPanes } from './split-panes.tsx'
import { TabBar } from './tab-bar.tsx'
import { useTabKeys } from './tab-keys.ts'
import { placeOfTab } from './tab-panes.ts'
import { useObjectTree } from './use-object-tree.ts'
import { queryTabs, useTabs } from './use-query-tabs.ts'

/** The query pane. Opening it reads names for the tree; statements run only when a person says so. */
export function QueryPage({ source }: { readonly source: string | null }) {
  const sources = useQuery(queries.dataSources.list.queryOptions({ input: {} }))
  const { current } = useCurrentDataSource()
  const { loaded } = useTabs()
  const [error, setError] = useState<unknown>(null)
  const first = sources.data === undefined ? undefined : (source ?? current?.id ?? null)

  useEffect(() => {
    if (first === undefined) return
    queryTabs.open(first, source !== null).then(() => setError(null), setError)
  }, [first, source])

  if (sources.isError)
    return (
      <Words>
        <Problem error={sources.error} onRetry={() => void sources.refetch()} />
      </Words>
    )
  if (error !== null)
    return (
      <Words>
        <Problem error={error} onRetry={() => void queryTabs.open(first ?? null, false).then(() => setError(null), setError)} />
      </Words>
    )
  if (sources.isPending || !loaded)
    return (
      <Words>
        <Loading />
      </Words>
    )
  if (sources.data.length === 0)
    return (
      <Words>
        <NoDataSource />
      </Words>
    )
  return <Panes sources={sources.data} />
}

function Panes({ sources }: { readonly sources: readonly DataSource[] }) {
  const panes = useTabs()
  const { tabs, activeId, besideId } = panes
  const active = tabs.find(({ id }) => id === activeId) ?? null
  const source = sources.find(({ id }) => id === active?.dataSourceId) ?? null
  const shown = useShown(activeId, besideId)
  useTabKeys()
  return (
    <div className={styles.page}>
      <h1 className="visually-hidden" tabIndex={-1} data-page-title>
        Query
      </h1>
      <SplitPanes name="query.tree" orientation="horizontal" sizes={[20, 80]} least={[160, 480]} label="Width of the object tree">
        {source === null ? (
          <div className={treeStyles.tree}>
            <p className={treeStyles.treeWords}>Choose a data source to see its tables.</p>
          </div>
        ) : (
          <Tree key={source.id} source={source} />
        )}
        <div className={styles.tabs}>
          <TabBar />
          <ClosingQuestion />
          <PanelPair>
            {tabs.map(
              (tab) =>
                shown.has(tab.id) && (
                  <QueryTabPanel key={tab.id} tab={tab} active={tab.id === activeId} place={placeOfTab(panes, tab.id)} sources={sources} />
                ),
            )}
          </PanelPair>
        </div>
      </SplitPanes>
    </div>
  )
}

function Tree({ source }: { readonly source: DataSource }) {
  const [filter, setFilter] = useState('')
  const tree = useObjectTree(source.id, filter)
  const onFirstRows = (schema: string, relation: string) => {
    const sql = firstRowsSql(schema, relation)
    const tab = queryTabs.add({ title: relation, sql, dataSourceId: source.id })
    void queryTabs.run(tab.id).start({
      dataSourceId: source.id,
      sql,
      offset: 0,
      readOnly: true,
      source: 'first-rows',
      session: { ...defaultPreferences.queryOptions, autocommit: true, idleLimitMs: IDLE_LIMIT_MS },
    })
  }
  return (
    <ObjectTreePane
      tree={tree}
      dataSourceId={source.id}
      filter={filter}
      onFilter={setFilter}
      onFirstRows={onFirstRows}
      onOpenText={(title, sql) => void queryTabs.add({ title, sql, dataSourceId: source.id })}
    />
  )
}

/** Tabs that were in front once: they stay drawn, so that their editors and grids are found as they were left. */
function useShown(...inSight: readonly (string | null)[]): ReadonlySet<string> {
  const shown = useRef(new Set<string>())
  for (const id of inSight) if (id !== null) shown.current.add(id)
  return shown.current
}

function Words({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.words}>
      <h1 className="visually-hidden">Query</h1>
      {children}
    </div>
  )
}

function NoDataSource() {
  return (
    <EmptyState
      title="No data source yet"
      actions={
        <Button component="a" href={formatRoute({ page: 'setup', source: null })}>
          Connect to PostgreSQL
        </Button>
      }
    >
      A query runs on a data source. Connect to a server, or start the sample database from Home.
    </EmptyState>
  )
}
