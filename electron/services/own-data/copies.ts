import { existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { STORE_FILE } from '#services/store/store.ts'
import type { KeptCopy } from '#shared/model/own-data.ts'

/** The copies of the data file that are kept beside it, by their names. */

const kinds: readonly (readonly [RegExp, KeptCopy['kind']])[] = [
  [/^\.daily$/, 'daily'],
  [/^\.replaced-[\w-]+$/, 'replaced'],
  [/^\.before-\d{4}$/, 'update'],
  [/^\.lost-[\w-]+$/, 'lost'],
  [/^\.damaged-[\w-]+$/, 'damaged'],
]

/** Newest first. */
export function listCopies(dataFolder: string): readonly KeptCopy[] {
  return readdirSync(dataFolder)
    .flatMap((name) => {
      const kind = kindOf(name)
      const entry = kind === null ? undefined : statSync(join(dataFolder, name), { throwIfNoEntry: false })
      return kind === null || !entry?.isFile() ? [] : [{ name, kind, sizeBytes: entry.size, at: entry.mtime.toISOString() }]
    })
    .sort((one, other) => other.at.localeCompare(one.at))
}

export function findCopy(dataFolder: string, name: string): KeptCopy | null {
  return listCopies(dataFolder).find((copy) => copy.name === name) ?? null
}

export function dailyCopy(dataFolder: string): string {
  return join(dataFolder, `${STORE_FILE}.daily`)
}

/** Where a restore leaves what was there. */
export function replacedCopy(now: Date): string {
  return `${STORE_FILE}.replaced-${stamp(now)}`
}

/** The data file was damaged: its last good copy is out of the way of the next daily one. Returns when it was made; null: there was none. */
export function keepLastGood(dataFolder: string, now: Date): Date | null {
  const daily = dailyCopy(dataFolder)
  if (!existsSync(daily)) return null
  const madeAt = statSync(daily).mtime
  renameSync(daily, join(dataFolder, `${STORE_FILE}.lost-${stamp(now)}`))
  return madeAt
}

function kindOf(name: string): KeptCopy['kind'] | null {
  if (!name.startsWith(STORE_FILE)) return null
  const ending = name.slice(STORE_FILE.length)
  if (/-(wal|shm)$/.test(ending)) return null
  return kinds.find(([pattern]) => pattern.test(ending))?.[1] ?? null
}

function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[:.]/g, '-')
}
