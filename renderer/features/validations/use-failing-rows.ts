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
  /** It was stopped by the person; what came until then is there. */
  readonly stopped: boolean
  /** The server's refusal. */
  readonly problem: DatabaseProblem | null
  /** What went wrong on the way to the server. */
  readonly error: unknown
  again(): void
  /** Ends the statement on the server. */
  stop(): void
}

/** A query over a big table may take its time, but not for ever. */
export const STATEMENT_TIMEOUT_MS = 5 * 60_000

/** Runs the query behind "Show failing rows" in a tab of its own, read only, and closes it with the component. */
export function useFailingRows(dataSourceId: string, sql: string, rowLimit: number): FailingRowsState {
  const [result, setResult] = useState<FailingRowsResult | null>(null)
  const [problem, setProblem] = useState<DatabaseProblem | null>(null)
  const [stopped, setStopped] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const [runId, setRunId] = useState<string | null>(null)
  const { start, running, error } = useStream<QueryEvent>()

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` runs it again
  useEffect(() => {
    const tabId = crypto.randomUUID()
    const run = { runId: crypto.randomUUID(), dataSourceId, tabId, sql, rowLimit, readOnly: true, keepInHistory: false }
    setRunId(run.runId)
    setResult(null)
    setProblem(null)
    setStopped(false)
    void start(
      (signal) => api.query.run({ ...run, statementTimeoutMs: STATEMENT_TIMEOUT_MS }, { signal }),
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
        if (event.type === 'finished') setStopped(event.outcome === 'cancelled')
      },
    )
    return () => {
      // The rows are of no use without this component. Nothing is lost when the close fails: the session ends with its data source.
      void api.query.close({ tabId }).catch(() => undefined)
    }
  }, [dataSourceId, sql, rowLimit, start, attempt])

  return {
    result,
    running,
    stopped,
    problem,
    error,
    again: () => setAttempt((before) => before + 1),
    stop: () => {
      // What the stream still tells then is that it was cancelled. Too late is no matter.
      if (runId !== null) void api.query.cancel({ runId }).catch(() => undefined)
    },
  }
}
