import { Worker } from 'node:worker_threads'

/**
 * Programs that services run in threads of their own, so that no window waits for their work. Each is built as a file of its own
 * beside the bundle. Paths from the root of the repository.
 */
export const threadFiles = {
  'sql-parser-worker': 'electron/services/query/sql-parser-worker.ts',
  'rows-worker': 'electron/services/query/rows-worker.ts',
  'parquet-worker': 'electron/services/query/parquet-worker.ts',
  'own-data-worker': 'electron/services/own-data/own-data-worker.ts',
} as const

export type ThreadName = keyof typeof threadFiles

/** `data`: copied; the program finds it as `workerData`. */
export function startThread(name: ThreadName, data?: unknown): Worker {
  // As source in tests, as a file next to the bundle in the app.
  const file = import.meta.url.endsWith('.ts') ? `../../${threadFiles[name]}` : `${name}.js`
  return new Worker(new URL(file, import.meta.url), { workerData: data })
}
