import { useCallback, useEffect, useRef, useState } from 'react'
import { presentError } from '#api/present-error.ts'
import { exportResult } from '#parts/export-result.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { ExportFormat } from '#shared/model/query.ts'
import { countOf } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import { STATEMENT_TIMEOUT_MS } from './use-failing-rows.ts'

/** What an export has done so far. */
export interface ExportProgress {
  readonly rows: number
  /** null while the rows are being read. */
  readonly total: number | null
}

export interface Export {
  /** null: none is under way. */
  readonly progress: ExportProgress | null
  start(query: ExportQuery, format: ExportFormat): void
  cancel(): void
}

export interface ExportQuery {
  readonly name: string
  readonly dataSourceId: string
  readonly sql: string
  readonly whole: { readonly resultId: string; readonly rowCount: number } | null
}

/** One export at a time; leaving the component cancels it. */
export function useExport(): Export {
  const [progress, setProgress] = useState<ExportProgress | null>(null)
  const current = useRef<AbortController | null>(null)
  const cancel = useCallback(() => current.current?.abort(), [])
  useEffect(() => cancel, [cancel])
  const start = useCallback<Export['start']>((query, format) => {
    current.current?.abort()
    const abort = new AbortController()
    current.current = abort
    setProgress({ rows: 0, total: null })
    void save(query, format, abort.signal, setProgress).finally(() => {
      if (current.current === abort) setProgress(null)
    })
  }, [])
  return { progress, start, cancel }
}

async function save(
  query: ExportQuery,
  format: ExportFormat,
  signal: AbortSignal,
  tell: (progress: ExportProgress) => void,
): Promise<void> {
  const { name, dataSourceId, sql, whole } = query
  try {
    const source =
      whole === null
        ? ({ kind: 'again', dataSourceId, sql, tab: null, statementTimeoutMs: STATEMENT_TIMEOUT_MS } as const)
        : ({ kind: 'kept', resultId: whole.resultId } as const)
    const progress = (rows: number, total: number | null) => tell({ rows, total })
    const exported = await exportResult({ source, name, format, signal, progress })
    if (exported.kind === 'saved')
      notify({ message: `${countOf(exported.rowCount, 'row')} exported${exported.file === null ? '' : ` to ${exported.file}`}.` })
  } catch (error) {
    const { code, sentence } = presentError(error)
    if (signal.aborted) notify({ message: 'The export was cancelled. Nothing was saved.' })
    else if (code === 'DATABASE') notify({ message: `Nothing was saved. ${sentence}`, tone: 'failed' })
    else notifyError(error)
  }
}
