import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '#services/files/whole-file.ts'
import { isMissing } from './binaries.ts'

/** What we remember of a cluster between starts: `cluster.json` in its folder, 0600. */
const Process = z.object({ pid: z.int(), mark: z.string() })

const ClusterRecord = z.object({
  /** Where the data is: our own folder, or for root one that the server's account can reach. */
  serverFolder: z.string(),
  /** initdb ran to its end. */
  initialised: z.boolean(),
  /** The server we started last, and the app that did; null when it was stopped. */
  server: Process.nullable(),
  owner: Process.nullable(),
})
export type ClusterRecord = z.infer<typeof ClusterRecord>

/** null: there is none, or it cannot be read as one; the cluster is then made anew, for it holds nothing of the user's. */
export async function readRecord(folder: string): Promise<ClusterRecord | null> {
  try {
    const parsed = ClusterRecord.safeParse(JSON.parse(await readFile(join(folder, 'cluster.json'), 'utf8')))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null
    throw error
  }
}

/** In a server folder that is outside of ours: whose it is, in case our folder goes away first. */
export const BackPointer = z.object({ folder: z.string(), server: Process.nullable(), owner: Process.nullable() })
export type BackPointer = z.infer<typeof BackPointer>

export function backPointerFile(serverFolder: string): string {
  return join(serverFolder, 'belongs-to.json')
}

/** Whole or not at all: a crash while writing leaves the old one. */
export async function writeRecord(folder: string, record: ClusterRecord): Promise<void> {
  await writeJson(join(folder, 'cluster.json'), record)
  // Second, so that a note without a record always means that the record was removed.
  if (dirname(record.serverFolder) !== folder) {
    const { server, owner } = record
    await writeJson(backPointerFile(record.serverFolder), { folder, server, owner } satisfies BackPointer)
  }
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeWholeFile(file, Buffer.from(JSON.stringify(value)))
}
