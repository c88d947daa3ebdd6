import { api } from '#api/client.ts'
import type { ExportFormat, ExportSource } from '#shared/model/query.ts'
import { fetchFile } from '#ui/save-file.ts'

/** Rows of a query into a file of the person's: from where they are kept, or read anew where only some of them are. */

export interface ExportRequest {
  readonly source: ExportSource
  readonly format: ExportFormat
  /** Without its ending. */
  readonly name: string
  readonly signal: AbortSignal
  /** `total` is null where it is not known. */
  progress(rows: number, total: number | null): void
}

/** `file` null: the person named it. `dismissed`: the person did not say where to. */
export type Exported = { readonly kind: 'saved'; readonly rowCount: number; readonly file: string | null } | { readonly kind: 'dismissed' }

export async function exportResult({ source, format, name, signal, progress }: ExportRequest): Promise<Exported> {
  const fileName = `${name.slice(0, 100)}${fileEndings[format]}`
  let exported: Exported | null = null
  let downloaded = false
  for await (const event of await api.query.export({ source, format, name: fileName }, { signal })) {
    switch (event.type) {
      case 'download':
        fetchFile(event.path)
        downloaded = true
        break
      case 'rows':
        progress(event.rowCount, event.total)
        break
      case 'saved':
        exported = { kind: 'saved', rowCount: event.rowCount, file: downloaded ? fileName : null }
        break
      case 'dismissed':
        exported = { kind: 'dismissed' }
        break
    }
  }
  signal.throwIfAborted()
  if (exported === null) throw new Error('The export ended without a word.')
  return exported
}

const fileEndings: Readonly<Record<ExportFormat, string>> = {
  'csv-exact': '-exact.csv',
  'csv-spreadsheet': '-spreadsheet.csv',
  tsv: '.tsv',
  'json-lines': '.jsonl',
  json: '.json',
  parquet: '.parquet',
}
