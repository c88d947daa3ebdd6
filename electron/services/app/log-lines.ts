import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LogLevel, type LogLine } from '#shared/model/log.ts'

/** The log files of the data folder, read from their ends. */

/** More than a thousand lines of ordinary length. */
const READ_BYTES = 512 * 1024
/** The older file of each program comes before its newer one. */
const files: readonly (readonly [name: string, program: LogLine['program']])[] = [
  ['plumbline.1.jsonl', 'window'],
  ['plumbline.jsonl', 'window'],
  ['cli.1.jsonl', 'cli'],
  ['cli.jsonl', 'cli'],
]

const levels: readonly LogLevel[] = LogLevel.options

export interface LogEntry extends LogLine {
  /** As it was written: name, code, frames, cause. null: no error. */
  readonly error: unknown
}

/** The newest `limit` of at least this level, newest first. A line that is no entry (cut off when the program was killed) is left out. */
export async function readLog(dataFolder: string, atLeast: LogLevel, limit: number): Promise<readonly LogEntry[]> {
  const folder = join(dataFolder, 'log')
  const present = new Set(await readdir(folder).catch(() => []))
  const read = await Promise.all(
    files.filter(([name]) => present.has(name)).map(([name, program]) => entriesOf(join(folder, name), program)),
  )
  const least = levels.indexOf(atLeast)
  return (
    read
      .flat()
      .filter(({ level }) => levels.indexOf(level) >= least)
      // Stable, so that what one program wrote keeps its order where the clock did not move.
      .sort((one, other) => one.at.localeCompare(other.at))
      .slice(-limit)
      .reverse()
  )
}

async function entriesOf(path: string, program: LogLine['program']): Promise<readonly LogEntry[]> {
  return (await tail(path)).split('\n').flatMap((line) => {
    const entry = parsed(line)
    if (entry === null) return []
    const { at, level, event, id = null, error = null, ...fields } = entry
    return [{ at, level, program, event, id, detail: detailOf(fields, error), error }]
  })
}

/** null where the file went away meanwhile: it is renamed when it is full. */
async function tail(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - READ_BYTES)
    const buffer = Buffer.alloc(size - from)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

const Entry = z.looseObject({
  at: z.string(),
  level: LogLevel,
  event: z.string(),
  id: z.string().optional(),
  error: z.unknown().optional(),
})

function parsed(line: string): z.infer<typeof Entry> | null {
  try {
    return Entry.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

function detailOf(fields: Readonly<Record<string, unknown>>, error: unknown): string {
  const said = Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`)
  const described = ErrorSeen.safeParse(error)
  if (!described.success || described.data === null) return said.join(', ')
  const { name, code, message, cause } = described.data
  const because = cause == null ? '' : `; caused by ${[cause.name, cause.code].filter(Boolean).join(' ')}`
  return [...said, `${[name, code].filter(Boolean).join(' ')}${message === null ? '' : `: ${message}`}${because}`].join(', ')
}

const ErrorSeen = z
  .object({
    name: z.string(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    cause: z.object({ name: z.string(), code: z.string().nullable() }).nullish(),
  })
  .nullable()
