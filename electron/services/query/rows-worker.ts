import { parentPort } from 'node:worker_threads'
import { arrangeRows } from './arrange-rows.ts'
import { columnFacts } from './column-facts.ts'
import { findInRows } from './find-in-rows.ts'
import { SnapshotGone, SnapshotReader } from './rows-snapshot.ts'
import type { ToRowsWorker } from './rows-thread.ts'
import { summariseCells } from './summarise-cells.ts'
import { Work, WorkStopped } from './work.ts'

/** Looks through rows that were read, in a thread of its own: a million of them take a second, and the window should not wait. */

const port = parentPort
if (port === null) throw new Error('This file runs as a worker.')

const readers = new Map<string, SnapshotReader>()

port.on('message', (message: ToRowsWorker) => {
  if (message.type === 'rows') {
    readers.get(message.resultId)?.dispose()
    readers.set(message.resultId, new SnapshotReader(message.snapshot))
  } else if (message.type === 'drop') {
    readers.get(message.resultId)?.dispose()
    readers.delete(message.resultId)
  } else {
    const { id, resultId, job, stop } = message
    const work = new Work(stop, (share) => port.postMessage({ id, type: 'progress', share }))
    try {
      const reader = readers.get(resultId)
      if (reader === undefined) throw new SnapshotGone()
      work.check()
      reader.forgetLong()
      port.postMessage({ id, type: 'done', outcome: done(reader, job, work) })
    } catch (error) {
      const why = error instanceof WorkStopped ? 'stopped' : error instanceof SnapshotGone ? 'gone' : 'failed'
      port.postMessage({ id, type: 'failed', why, message: error instanceof Error ? error.message : String(error) })
    }
  }
})

function done(reader: SnapshotReader, job: Extract<ToRowsWorker, { type: 'job' }>['job'], work: Work): unknown {
  switch (job.kind) {
    case 'arrange':
      return arrangeRows(reader, job.request, work)
    case 'find':
      return findInRows(reader, job.request, work)
    case 'summarise':
      return summariseCells(reader, job.request, work)
    case 'facts':
      return columnFacts(reader, job.request, work)
    default:
      return job satisfies never
  }
}
