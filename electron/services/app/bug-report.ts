import { release } from 'node:os'
import { z } from 'zod'
import type { Platform } from '#services/platform.ts'
import { schemaVersion } from '#services/store/migrate.ts'
import type { Store } from '#services/store/store.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { type LogEntry, readLog } from './log-lines.ts'

/**
 * What helps whoever mends a defect, as text for a person to read and send. SECURITY: nothing in it is a name, an address, a sentence or a value that came from outside
 * the program: of an error only its kind, its code and where in the program it was met.
 */

export interface ReportParts {
  readonly platform: Platform
  readonly store: Store
  readonly vault: { status(): VaultStatus }
}

const ERRORS = 20

export async function bugReport({ platform, store, vault }: ReportParts): Promise<string> {
  const { colorScheme, expectationsBy, queryOptions } = await platform.preferences.read()
  const { mode, probe } = vault.status()
  const lines = [
    `Plumbline ${platform.version}, ${platform.host}, Node.js ${process.versions.node}`,
    `System: ${process.platform} ${process.arch}, ${plain(release())}`,
    `PostgreSQL: ${listed(serverVersions(store))}`,
    `Data: version ${schemaVersion(store.database)}; ${countsOf(store)}`,
    `TLS: ${listed(groups(store, 'sslmode'))}`,
    `Passwords: ${mode}, ${probe}`,
    `Settings: colours ${colorScheme}, expectations by ${expectationsBy}, after an error ${queryOptions.afterError}, isolation ${queryOptions.isolation}`,
    '',
    'Last errors:',
    ...((await readLog(platform.dataFolder, 'error', ERRORS)).map(errorText) satisfies readonly string[]),
  ]
  return `${lines.join('\n')}\n`
}

function countsOf(store: Store): string {
  const count = (table: string): string =>
    `${store.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()} ${table.replaceAll('_', ' ')}`
  return ['data_sources', 'data_assets', 'expectations', 'runs', 'query_history'].map(count).join(', ')
}

function groups(store: Store, column: 'sslmode'): readonly string[] {
  const rows = store.database
    .prepare(`SELECT ${column} || ' ' || count(*) FROM data_sources WHERE removed_at IS NULL GROUP BY ${column}`)
    .pluck()
    .all()
  return rows.map((row) => plain(String(row)))
}

/** Of the last runs. A server says what it likes, so only what looks like a version is repeated. */
function serverVersions(store: Store): readonly string[] {
  const rows = store.database
    .prepare(
      `SELECT DISTINCT json_extract(circumstances, '$.serverVersion') FROM (SELECT circumstances FROM runs WHERE circumstances IS NOT NULL ORDER BY sequence DESC LIMIT 100)`,
    )
    .pluck()
    .all()
  return rows.map((row) => /^\d[\d.]{0,9}(?=\s|$)/.exec(String(row))?.[0] ?? 'another')
}

function errorText({ at, program, event, id, error }: LogEntry): string {
  const head = [at.slice(0, 19), program, plain(event), id === null ? '' : plain(id)].filter(Boolean).join(' ')
  const seen = ErrorSeen.safeParse(error)
  return [head, ...(seen.success ? chain(seen.data) : [])].join('\n')
}

interface SeenError {
  readonly name: string
  readonly code: string | null
  readonly frames: readonly string[]
  readonly cause?: SeenError | null | undefined
}

const ErrorSeen: z.ZodType<SeenError> = z.object({
  name: z.string(),
  code: z.string().nullable(),
  frames: z.array(z.string()),
  cause: z.lazy(() => ErrorSeen).nullish(),
})

function chain({ name, code, frames, cause }: SeenError): string[] {
  const own = [`  ${plain(name)}${code === null ? '' : ` ${plain(code)}`}`, ...frames.flatMap(frameText)]
  return cause == null ? own : [...own, '  caused by', ...chain(cause)]
}

/** The function, and the file without the folders that it lies in: those name the person. */
function frameText(frame: string): string[] {
  const found = /^at (?:(?:async )?([\w.#<>$ ]+) \()?.*?([\w-]+\.(?:[cm]?[jt]s)):(\d+):\d+\)?$/.exec(frame)
  return found === null ? [] : [`    ${found[1] ?? '(top)'} ${found[2]}:${found[3]}`]
}

/** Words of ours only. */
function plain(text: string): string {
  return text.replaceAll(/[^\w .+-]/g, '?').slice(0, 60)
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'none yet' : words.join(', ')
}
