import { useEffect, useState } from 'react'
import { api } from '#api/client.ts'
import { useStream } from '#api/use-stream.ts'
import type { DatabaseProblem, QueryEvent, ResultColumn } from '#shared/model/query.ts'

export interface FailingRowsResult {
  readonly resultId: string
  readonly columns: readonly ResultColumn[]
  readonly rowCount: number
  readonly done: boolean
  /** There are more rows than were read. */
  readonly limited: boolean
}

export interface FailingRowsState {
  readonly result: FailingRowsResult | null
  readonly running: boolean
  /** The server's refusal. */
  readonly problem: DatabaseProblem | null
  /** What went wrong on the way to the server. */
  readonly error: unknown
  again(): void
}

export const FAILING_ROWS_LIMIT = 10_000

/** Runs the query behind "Show failing rows" in a tab of its own, read only, and closes it with the component. */
export function useFailingRows(dataSourceId: string, sql: string): FailingRowsState {
  const [result, setResult] = useState<FailingRowsResult | null>(null)
  const [problem, setProblem] = useState<DatabaseProblem | null>(null)
  const [attempt, setAttempt] = useState(0)
  const { start, running, error } = useStream<QueryEvent>()

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` runs it again
  useEffect(() => {
    const tabId = crypto.randomUUID()
    setResult(null)
    setProblem(null)
    const input = {
      runId: crypto.randomUUID(),
      dataSourceId,
      tabId,
      sql,
      readOnly: true,
      rowLimit: FAILING_ROWS_LIMIT,
      keepInHistory: false,
    }
    void start(
      (signal) => api.query.run(input, { signal }),
      (event) => {
        if (event.type === 'result')
          setResult({ resultId: event.resultId, columns: event.columns, rowCount: 0, done: false, limited: false })
        if (event.type === 'rows') {
          setResult((before) =>
            before?.resultId === event.resultId
              ? { ...before, rowCount: event.rowCount, done: event.done, limited: event.limited }
              : before,
          )
        }
        if (event.type === 'failed') setProblem(event.problem)
      },
    )
    return () => {
      // The rows are of no use without this component. Nothing is lost when the close fails: the session ends with its data source.
      void api.query.close({ tabId }).catch(() => undefined)
    }
  }, [dataSourceId, sql, start, attempt])

  return { result, running, problem, error, again: () => setAttempt((before) => before + 1) }
}
