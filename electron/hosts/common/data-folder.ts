import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { DATA_FOLDER, DEVELOPMENT_DATA_FOLDER } from '#shared/model/names.ts'

/** Where everything of ours is kept on this computer. */

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Pure. `PLUMBLINE_DATA` overrides; `PLUMBLINE_DEVELOPMENT=1` keeps development away from a person's real data. `home` and
 * `workingFolder` are absolute. A relative XDG_DATA_HOME is ignored, as the XDG Base Directory specification asks.
 */
export function dataFolder(platform: NodeJS.Platform, environment: Environment, home: string, workingFolder: string): string {
  const path = platform === 'win32' ? win32 : posix
  const override = environment.PLUMBLINE_DATA
  if (override !== undefined && override !== '') return path.resolve(workingFolder, override)
  const name = environment.PLUMBLINE_DEVELOPMENT === '1' ? DEVELOPMENT_DATA_FOLDER : DATA_FOLDER
  return path.join(baseFolder(platform, environment, home), name)
}

/**
 * Makes the folder, for its owner only.
 * SECURITY: one that others may enter is closed to them; one that belongs to somebody else is refused.
 */
export function ensurePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return
  const entry = statSync(folder)
  if (process.getuid !== undefined && entry.uid !== process.getuid()) {
    throw new Error(`The data folder ${folder} belongs to another user. Choose another one with PLUMBLINE_DATA.`)
  }
  if ((entry.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}

function baseFolder(platform: NodeJS.Platform, environment: Environment, home: string): string {
  switch (platform) {
    case 'win32':
      return environment.LOCALAPPDATA || win32.join(home, 'AppData', 'Local')
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support')
    default: {
      const given = environment.XDG_DATA_HOME
      return given?.startsWith('/') ? given : posix.join(home, '.local', 'share')
    }
  }
}
