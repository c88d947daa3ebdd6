import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** Where the program's own parts are, found from any file of it, built or not. */

export interface ProgramFolders {
  /** Holds package.json. Absolute. */
  readonly root: string
  /** The built page. */
  readonly page: string
  readonly modules: string
  readonly version: string
}

/** Throws when no package.json of ours is above `from`. */
export function programFolders(from: string): ProgramFolders {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    const found = existsSync(file) ? Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8'))) : null
    if (found?.success === true) {
      return { root: folder, page: join(folder, 'dist', 'renderer'), modules: join(folder, 'node_modules'), version: found.data.version }
    }
    if (dirname(folder) === folder) throw new Error(`No package.json of Plumbline is above ${from}.`)
  }
}

const Manifest = z.object({ name: z.literal('plumbline'), version: z.string() })
