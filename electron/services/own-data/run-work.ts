import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { AppError, type ErrorCode, type ErrorDetail, errorMap } from '#shared/contract/errors.ts'
import type { Inspection, Work } from './work.ts'

/** In a thread of its own: a large file takes a while, and the window should not wait. @throws AppError, and what the work throws */
export async function runWork(work: Work): Promise<Inspection | null> {
  const worker = new Worker(workerUrl(), { workerData: work })
  const answer = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The thread ended without an answer.')))
  })
  const { refused, done } = Answer.parse(answer)
  if (refused !== undefined) throw new AppError(refused.code, refused.sentence, refused.detail as ErrorDetail<ErrorCode>)
  return (done ?? null) as Inspection | null
}

const Answer = z.object({
  done: z.unknown().optional(),
  refused: z
    .object({ code: z.enum(Object.keys(errorMap) as [ErrorCode, ...ErrorCode[]]), sentence: z.string(), detail: z.unknown() })
    .optional(),
})

/** Beside this file: as source in tests, as a file of its own next to the bundle in the app. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts') ? new URL('work-thread.ts', import.meta.url) : new URL('own-data-work.js', import.meta.url)
}
