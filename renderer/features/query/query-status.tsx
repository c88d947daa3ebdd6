import { countOf, formatCount } from '#ui/format.ts'
import type { CursorPlace } from '#ui/sql-editor/editor-types.ts'
import styles from './query-status.module.css'
import { rowsSentence, runSentence } from './query-words.ts'
import type { RunResult, RunState } from './run-state.ts'
import { useElapsed } from './use-query-tabs.ts'

/** The line at the foot of a tab, with its facts in pgAdmin's order. */
export function QueryStatus({ run, result, selected, cursor }: QueryStatusProps) {
  const elapsedMs = useElapsed(run.phase === 'running', run.startedAt)
  return (
    <div className={styles.status}>
      <span>{rowsSentence(result, run.phase !== 'finished')}</span>
      {/* The clock would be read out at every tick. */}
      <span aria-hidden={run.phase === 'running'}>{runSentence(run, elapsedMs)}</span>
      <span className="visually-hidden" role="status">
        {run.phase === 'running' ? 'Running' : runSentence(run, 0)}
      </span>
      {selected !== null && selected.rows > 0 && <span>Rows selected: {formatCount(selected.rows)}</span>}
      {selected !== null && (
        <span className={styles.summary} title={selected.summary}>
          {selected.summary}
        </span>
      )}
      <span className={styles.cursor}>
        {cursor.selectedLength > 0 && `${countOf(cursor.selectedLength, 'character')} selected, `}
        Ln {cursor.line}, Col {cursor.column}
      </span>
    </div>
  )
}

interface QueryStatusProps {
  readonly run: RunState
  /** The result in front; null when there is none. */
  readonly result: RunResult | null
  /** null: there is no result in front. */
  readonly selected: { readonly rows: number; readonly summary: string } | null
  readonly cursor: CursorPlace
}
