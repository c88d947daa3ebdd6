import { execFile } from 'node:child_process'
import { mkdtemp, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/**
 * PostgreSQL refuses to run as root, and we make no account on somebody's computer. So as root the server runs as
 * `nobody`, which every Unix has. That account can usually not enter root's home (0700), neither for the data nor for
 * the programs; both then live in a folder of their own outside of it (see `makeServerFolder`).
 */
export interface ServerAccount {
  readonly uid: number
  readonly gid: number
}

const run = promisify(execFile)

/** null: not root, so the server runs as the person who started the app. */
export async function serverAccount(): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null
  const id = async (flag: string) => Number((await run('id', [flag, 'nobody'])).stdout.trim())
  return { uid: await id('-u'), gid: await id('-g') }
}

/**
 * A folder that `account` can reach. /var/lib is where a system service of root keeps its state: it survives a restart,
 * nothing sweeps it, and nobody else can write there, so no other program can plant a folder under our name. The folder
 * itself stays root's (0711: to be passed through, not listed), so that the server cannot replace its own programs.
 */
export async function makeServerFolder(parent: string = rootParent()): Promise<string> {
  return mkdtemp(join(parent, PREFIX))
}

export function isServerFolderName(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** Whether every folder above `path`, and the path itself, lets everybody pass. */
export async function isReachableByAll(path: string): Promise<boolean> {
  let at = await realpath(path)
  for (;;) {
    if (((await stat(at)).mode & 0o001) === 0) return false
    const above = dirname(at)
    if (above === at) return true
    at = above
  }
}

const PREFIX = 'plumbline-postgres-'

export function rootParent(): string {
  return process.platform === 'darwin' ? '/Users/Shared' : '/var/lib'
}
