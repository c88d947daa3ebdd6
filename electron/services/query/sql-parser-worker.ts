import { parentPort } from 'node:worker_threads'
import { loadModule, parseSync } from 'libpg-query'
import { factsOf, type ParsedScript } from './script.ts'

/** PostgreSQL's own parser in a thread of its own: a long script takes it a while, and the window should not wait. */

const port = parentPort
if (port === null) throw new Error('This file runs as a worker.')

const loaded = loadModule()

port.on('message', ({ id, sql }: { readonly id: number; readonly sql: string }) => {
  void loaded.then(() => port.postMessage({ id, ...tryParse(sql) })).catch(() => port.postMessage({ id, parsed: null, broken: true }))
})

/** `parsed` null: not SQL that this parser knows. The server says why, with its own words and place. */
function tryParse(sql: string) {
  try {
    return { parsed: factsOf(parseSync(sql) as ParsedScript), broken: false }
  } catch (error) {
    // Where the stack ended or the memory did, the parser's own was left as it stood.
    return { parsed: null, broken: error instanceof Error && ['RangeError', 'RuntimeError'].includes(error.name) }
  }
}
