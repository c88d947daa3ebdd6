import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '#services/files/whole-file.ts'
import { type ExclusiveLock, takeExclusiveLock } from '#services/store/exclusive-lock.ts'
import { type Answer, DoorbellAddress, openDoorbell, ring } from './doorbell.ts'

/**
 * One window host a data folder. The lock itself ends with the process that has it; what a dead one leaves behind is only
 * the note that says who it was, and the note is believed only while the lock is taken.
 */

export interface InstanceLock {
  dispose(): void
}

export type LockOutcome =
  | { readonly held: true; readonly lock: InstanceLock }
  /** Another window host has it. `answer`: what it did about this start; null when it did not answer. */
  | { readonly held: false; readonly holder: Holder | null; readonly answer: Answer | null }

const Holder = z.object({ pid: z.int(), host: z.string(), startedAt: z.string(), doorbell: DoorbellAddress })
export type Holder = z.infer<typeof Holder>

/** The first may be between taking the lock and writing its note, still be starting, or on its way out. */
const RING_ATTEMPTS = 60
const RING_PAUSE_MS = 250

/** `onRing` is called in the first whenever there is a second start. */
export async function takeInstanceLock(dataFolder: string, host: string, onRing: () => Answer): Promise<LockOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const lock = takeExclusiveLock(join(dataFolder, 'window.lock'))
    if (lock !== null) return { held: true, lock: await announce(lock, dataFolder, host, onRing) }
    const holder = readNote(dataFolder)
    const answer = holder === null ? null : await ring(holder.doorbell)
    if ((answer !== null && answer.shown !== 'nothing') || attempt === RING_ATTEMPTS) return { held: false, holder, answer }
    // The lock is tried again as well: the first may be on its way out.
    await new Promise((resolve) => setTimeout(resolve, RING_PAUSE_MS))
  }
}

async function announce(lock: ExclusiveLock, dataFolder: string, host: string, onRing: () => Answer): Promise<InstanceLock> {
  const doorbell = await openDoorbell(onRing)
  const note: Holder = { pid: process.pid, host, startedAt: new Date().toISOString(), doorbell: doorbell.address }
  const file = noteFile(dataFolder)
  try {
    // SECURITY: the note holds the doorbell's secret, so it is this person's alone.
    await writeWholeFile(file, Buffer.from(JSON.stringify(note)), { part: `${file}.new` })
  } catch (error) {
    doorbell.dispose()
    lock.dispose()
    throw error
  }
  return {
    dispose: () => {
      doorbell.dispose()
      rmSync(file, { force: true })
      lock.dispose()
    },
  }
}

function readNote(dataFolder: string): Holder | null {
  try {
    const note = Holder.safeParse(JSON.parse(readFileSync(noteFile(dataFolder), 'utf8')))
    return note.success ? note.data : null
  } catch {
    return null // not written yet, or being replaced: the caller tries again
  }
}

function noteFile(dataFolder: string): string {
  return join(dataFolder, 'window.json')
}
