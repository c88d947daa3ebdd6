import { api } from '#api/client.ts'
import type { ExportFormat } from '#shared/model/query.ts'
import { ofResult } from './of-result.ts'

/** All rows of a query as one file, read anew where the page holds only some of them. */

export interface ExportRequest {
  readonly dataSourceId: string
  readonly sql: string
  readonly format: ExportFormat
  /** A result of this query that was read to its end; null: it is read anew. */
  readonly whole: { readonly resultId: string; readonly rowCount: number; readonly arrangementId?: string | undefined } | null
  readonly statementTimeoutMs: number
  readonly signal: AbortSignal
  /** `total` is null while the rows are being read. */
  progress(rows: number, total: number | null): void
}

/** `refused`: a sentence for a person; there is no file then. */
export type Exported =
  | { readonly kind: 'file'; readonly content: Blob; readonly rowCount: number }
  | { readonly kind: 'refused'; readonly sentence: string }

export async function exportResult(request: ExportRequest): Promise<Exported> {
  if (request.whole !== null) return await written(request.whole, request)
  const tabId = crypto.randomUUID()
  try {
    const read = await readAll(tabId, request)
    return typeof read === 'string' ? { kind: 'refused', sentence: read } : await written(read, request)
  } finally {
    // Its rows are in the file by now, or nobody wants them.
    void api.query.close({ tabId }).catch(() => undefined)
  }
}

const ALL_ROWS = 100_000_000
export const fileTypes: Readonly<Record<ExportFormat, { readonly ending: string; readonly mime: string }>> = {
  'csv-exact': { ending: '-exact.csv', mime: 'text/csv;charset=utf-8' },
  'csv-spreadsheet': { ending: '-spreadsheet.csv', mime: 'text/csv;charset=utf-8' },
  tsv: { ending: '.tsv', mime: 'text/tab-separated-values;charset=utf-8' },
  'json-lines': { ending: '.jsonl', mime: 'application/jsonl' },
  json: { ending: '.json', mime: 'application/json' },
}

async function readAll(tabId: string, { dataSourceId, sql, statementTimeoutMs, signal, progress }: ExportRequest) {
  const input = {
    runId: crypto.randomUUID(),
    dataSourceId,
    tabId,
    sql,
    statementTimeoutMs,
    readOnly: true,
    rowLimit: ALL_ROWS,
    keepInHistory: false,
  }
  let found: { resultId: string; rowCount: number } | null = null
  for await (const event of await api.query.run(input, { signal })) {
    if (event.type === 'failed') return event.problem.message
    if (event.type !== 'rows') continue
    if (event.limited) return 'The rows take more room than an export can hold. Let the query find fewer rows, or leave out wide columns.'
    found = { resultId: event.resultId, rowCount: event.rowCount }
    progress(event.rowCount, null)
  }
  signal.throwIfAborted()
  return found ?? 'The query gave no result.'
}

async function written(
  { resultId, rowCount, arrangementId }: NonNullable<ExportRequest['whole']>,
  { format, signal, progress }: ExportRequest,
): Promise<Exported> {
  // Each part as a Blob of its own, which the browser may put on disk.
  const parts: Blob[] = []
  for (let from: number | null = 0; from !== null; ) {
    const part: { readonly text: string; readonly next: number | null } = await api.query.exportPart(
      { ...ofResult(resultId, arrangementId), format, from },
      { signal },
    )
    parts.push(new Blob([part.text]))
    from = part.next
    progress(from ?? rowCount, rowCount)
  }
  return { kind: 'file', content: new Blob(parts, { type: fileTypes[format].mime }), rowCount }
}
