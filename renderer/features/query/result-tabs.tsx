import { Tabs, Text } from '@mantine/core'
import { Problem } from '#parts/problem.tsx'
import type { ExportSource } from '#shared/model/query.ts'
import { HistoryList } from './history-list.tsx'
import { Messages } from './messages.tsx'
import { NotificationList } from './notification-list.tsx'
import { PlanPanel } from './plan/plan-panel.tsx'
import pageStyles from './query-page.module.css'
import styles from './result-tabs.module.css'
import { ResultView } from './result-view.tsx'
import type { RunResult, RunState } from './run-state.ts'

/** `result:` or `plan:` and the id, or one of those that are always there. */
export type PaneName = `result:${string}` | `plan:${string}` | 'data' | 'messages' | 'notifications' | 'history'

/** Each result in a tab of its own, then Messages, Notifications and History. */
export function ResultTabs({
  run,
  pane,
  dataSourceId,
  onPane,
  title,
  onPick,
  onInsert,
  onRetry,
  onReadMore,
  exportAgain,
  onSelected,
}: ResultTabsProps) {
  const { results } = run
  const plans = results.filter(isPlan)
  const failed = run.messages.some(({ kind }) => kind === 'failed') || run.error !== null
  return (
    <Tabs value={pane} onChange={(next) => next !== null && onPane(next as PaneName)} keepMounted={false} className={styles.results}>
      <Tabs.List aria-label="Results" className={styles.resultList}>
        {plans.map((plan) => (
          <Tabs.Tab key={plan.resultId} value={planPaneOf(plan)}>
            {plans.length === 1 ? 'Explain' : `Explain ${results.indexOf(plan) + 1}`}
          </Tabs.Tab>
        ))}
        {results.length === 0 && <Tabs.Tab value="data">Data output</Tabs.Tab>}
        {results.map((result, index) => (
          <Tabs.Tab key={result.resultId} value={paneOf(result)}>
            {results.length === 1 ? 'Data output' : `Data output ${index + 1}`}
          </Tabs.Tab>
        ))}
        <Tabs.Tab value="messages">{failed ? 'Messages (error)' : 'Messages'}</Tabs.Tab>
        <Tabs.Tab value="notifications">
          {run.notifications.length === 0 ? 'Notifications' : `Notifications (${run.notifications.length})`}
        </Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      {plans.map((plan) => (
        <Tabs.Panel key={plan.resultId} value={planPaneOf(plan)} className={styles.resultPanel}>
          {plan.done ? <PlanPanel resultId={plan.resultId} /> : <Text className={pageStyles.words}>Waiting for the plan …</Text>}
        </Tabs.Panel>
      ))}
      {results.length === 0 && (
        <Tabs.Panel value="data" className={pageStyles.words}>
          <NoData run={run} />
        </Tabs.Panel>
      )}
      {results.map((result, index) => (
        <Tabs.Panel key={result.resultId} value={paneOf(result)} className={styles.resultPanel}>
          <ResultView
            run={run}
            result={result}
            title={title}
            exportAgain={exportAgain}
            label={results.length === 1 ? 'Data output' : `Data output ${index + 1}`}
            onReadMore={onReadMore}
            onSelected={onSelected}
          />
        </Tabs.Panel>
      ))}
      <Tabs.Panel value="messages" className={pageStyles.words}>
        <Messages run={run} onRetry={onRetry} />
      </Tabs.Panel>
      <Tabs.Panel value="notifications" className={pageStyles.words}>
        <NotificationList notifications={run.notifications} />
      </Tabs.Panel>
      <Tabs.Panel value="history" className={pageStyles.words}>
        {dataSourceId === null ? (
          <Text c="dimmed">Choose a data source to see what was run on it.</Text>
        ) : (
          <HistoryList dataSourceId={dataSourceId} onPick={onPick} onInsert={onInsert} />
        )}
      </Tabs.Panel>
    </Tabs>
  )
}

interface ResultTabsProps {
  readonly run: RunState
  readonly pane: PaneName
  /** Of the tab, for the names of files. */
  readonly title: string
  /** null: none is chosen. */
  readonly dataSourceId: string | null
  onPane(pane: PaneName): void
  /** A text of the history. */
  onPick(sql: string): void
  /** At the caret. */
  onInsert(sql: string): void
  onRetry(): void
  /** The same run again, with so many rows. */
  onReadMore(rowLimit: number): void
  exportAgain(): ExportSource | null
  /** How many rows the selection touches, and what its cells come to. */
  onSelected(rows: number, summary: string): void
}

export function paneOf({ resultId }: RunResult): PaneName {
  return `result:${resultId}`
}

export function planPaneOf({ resultId }: RunResult): PaneName {
  return `plan:${resultId}`
}

/** What EXPLAIN (FORMAT JSON) gives: one column of that name. */
export function isPlan({ columns: [column, ...others] }: RunResult): boolean {
  return others.length === 0 && column?.name === 'QUERY PLAN' && column.type === 'json'
}

function NoData({ run }: { readonly run: RunState }) {
  if (run.phase === 'running' || run.phase === 'cancelling') return <Text c="dimmed">Waiting for the first row …</Text>
  if (run.error !== null) return <Problem error={run.error} />
  if (run.phase === 'finished') return <Text c="dimmed">This run gave no rows. Messages says what it did.</Text>
  return <Text c="dimmed">Type a statement above and press F5. Its rows stand here.</Text>
}
