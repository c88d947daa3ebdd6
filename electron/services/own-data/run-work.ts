import { z } from 'zod'
import { startThread } from '#services/threads.ts'
import { AppError, type ErrorCode, type ErrorDetail, errorMap } from '#shared/contract/errors.ts'
import type { Inspection, Work } from './work.ts'

/** In a thread of its own: a large file takes a while, and the window should not wait. @throws AppError, and what the work throws */
export async function runWork(work: Work): Promise<Inspection | null> {
  const worker = startThread('own-data-worker', work)
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
