import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '#shared/contract/errors.ts'
import { doWork, type Work } from './work.ts'

/** One piece of work, then the end: see run-work.ts. */

const port = parentPort
if (port === null) throw new Error('This file runs as a worker.')

try {
  port.postMessage({ done: doWork(workerData as Work) })
} catch (error) {
  // An error loses all but its message on the way between threads.
  if (error instanceof AppError) port.postMessage({ refused: { code: error.code, sentence: error.message, detail: error.detail } })
  else throw error
}
