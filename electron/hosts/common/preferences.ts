import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import type { Log, PreferenceStore } from '#services/platform.ts'
import { defaultPreferences, Preferences } from '#shared/model/app.ts'

/** Looks and sizes, in `preferences.json` of the data folder. Nothing that would be missed: the file is lost when a disk is full. */

/** What `conf` and `electron-store` (which is a `conf`) have in common. */
export interface KeyValueFile {
  get(key: 'preferences'): unknown
  set(key: 'preferences', value: unknown): void
}

export function preferencesOver(file: KeyValueFile): PreferenceStore {
  const read = (): Preferences => readable(file.get('preferences'))
  return {
    read: async () => read(),
    write: async (change) => {
      const next = { ...read(), ...change }
      file.set('preferences', next)
      return next
    },
  }
}

export function filePreferences(dataFolder: string, log: Log): PreferenceStore {
  return preferencesOver(openWith((options) => new Conf<{ preferences: unknown }>(options), dataFolder, log))
}

export interface KeyValueFileOptions {
  readonly cwd: string
  readonly configName: string
  readonly clearInvalidConfig: boolean
  readonly configFileMode: number
}

/** Opens the file; one that does not parse is moved aside and said in the log, not emptied as `conf` would. */
export function openWith<File>(open: (options: KeyValueFileOptions) => File, dataFolder: string, log: Log): File {
  const options: KeyValueFileOptions = { cwd: dataFolder, configName: 'preferences', clearInvalidConfig: false, configFileMode: 0o600 }
  try {
    return open(options)
  } catch (error) {
    const file = join(dataFolder, 'preferences.json')
    if (!existsSync(file)) throw error
    log.error('preferences-damaged', error)
    renameSync(file, `${file}.damaged-${Date.now()}`)
    return open(options)
  }
}

/** Each value that fits is kept; the rest take their defaults. */
function readable(stored: unknown): Preferences {
  const whole = Preferences.partial().safeParse(stored ?? {})
  if (whole.success) return { ...defaultPreferences, ...withoutUndefined(whole.data) }
  const kept = Object.entries(typeof stored === 'object' && stored !== null ? stored : {}).filter(
    ([key, value]) => Preferences.partial().safeParse({ [key]: value }).success,
  )
  return { ...defaultPreferences, ...withoutUndefined(Preferences.partial().parse(Object.fromEntries(kept))) }
}

function withoutUndefined(change: Readonly<Record<string, unknown>>): Partial<Preferences> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
