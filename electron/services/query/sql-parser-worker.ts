import { parentPort } from 'node:worker_threads'
import { loadModule, parseSync } from 'libpg-query'

/** PostgreSQL's own parser in a thread of its own: a long script takes it a while, and the window should not wait. */

const port = parentPort
if (port === null) throw new Error('This file runs as a worker.')

const loaded = loadModule()

port.on('message', ({ id, sql }: { readonly id: number; readonly sql: string }) => {
  void loaded.then(() => port.postMessage({ id, parsed: tryParse(sql) })).catch(() => port.postMessage({ id, parsed: null }))
})

/** null: not SQL that this parser knows. The server says why, with its own words and place. */
function tryParse(sql: string): unknown {
  try {
    return parseSync(sql)
  } catch {
    return null
  }
}
