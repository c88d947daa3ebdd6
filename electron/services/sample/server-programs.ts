import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/contract/errors.ts'
import type { Binaries } from './binaries.ts'
import { endWithApp } from './ending.ts'
import type { ServerAccount } from './server-account.ts'

/** How the programs of PostgreSQL are run: in which environment, as whom, and ended when. */

export interface Launched {
  /** null: only `postmaster.pid` tells. */
  readonly pid: number | null
  exited(): boolean
}

/** SECURITY: initdb starts the server by a shell, with its own folder between double quotes; these characters would act there. */
export function requirePlainPath(binaries: Binaries): void {
  if (process.platform === 'win32' || !/["$`\\]/.test(binaries.folder)) return
  const sentence = `The sample database cannot be prepared: its programs are in ${binaries.folder}, and a name with ", $, \` or \\ in it has a meaning to the shell. Move Plumbline elsewhere.`
  throw new AppError('UNAVAILABLE', sentence, { cause: 'shell-characters-in-path' })
}

/** The server, started and left to itself. The caller watches `postmaster.pid` for the rest. */
export function launchServer(binaries: Binaries, serverFolder: string, account: ServerAccount | null): Promise<Launched> {
  return process.platform === 'win32' ? launchByPgCtl(binaries, serverFolder) : launchDirectly(binaries, serverFolder, account)
}

/** Ends only when the program and all that it started have ended, so that its files can be removed. @throws AppError UNAVAILABLE with its last line */
export async function runProgram(
  program: string,
  arguments_: readonly string[],
  cwd: string,
  account: ServerAccount | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted()
  const child = spawn(program, arguments_, {
    cwd,
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    ...(account ?? {}),
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8')
  })
  const giveUp = () => child.kill()
  signal?.addEventListener('abort', giveUp, { once: true })
  const stayBehind = child.pid === undefined ? () => {} : endWithApp(child.pid, null, 'SIGTERM')
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    signal?.throwIfAborted()
    if (code === 0) return
    const cause = complaint.trim().split('\n').at(-1) ?? ''
    throw new AppError('UNAVAILABLE', 'The embedded PostgreSQL could not be prepared.', { cause })
  } finally {
    stayBehind()
    signal?.removeEventListener('abort', giveUp)
  }
}

/**
 * Not by pg_ctl, which hands the folder's name to a shell. Its own session keeps Ctrl+C in a terminal from ending the
 * server before the app has finished with it; its output goes to a file, because a pipe would break with the app.
 */
async function launchDirectly(binaries: Binaries, serverFolder: string, account: ServerAccount | null): Promise<Launched> {
  const log = await open(join(serverFolder, 'server.log'), 'w', 0o600)
  try {
    const child = spawn(binaries.postgres, ['-D', join(serverFolder, 'data')], {
      cwd: serverFolder,
      env: cleanEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...(account ?? {}),
    })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    return { pid: child.pid ?? null, exited: () => child.exitCode !== null || child.signalCode !== null }
  } finally {
    await log.close()
  }
}

/** postgres.exe refuses an administrator; pg_ctl drops that right first. */
async function launchByPgCtl(binaries: Binaries, serverFolder: string): Promise<Launched> {
  const started = spawn(binaries.pgCtl, ['start', '-D', join(serverFolder, 'data'), '-l', join(serverFolder, 'server.log'), '-w'], {
    cwd: serverFolder,
    env: cleanEnvironment(),
    stdio: 'ignore',
    windowsHide: true,
  })
  await new Promise<void>((resolve, reject) => started.once('spawn', resolve).once('error', reject))
  return { pid: null, exited: () => started.exitCode !== null && started.exitCode !== 0 }
}

/** Only what a program needs to run: PGOPTIONS and the like would change the server, and what else is set is not its business. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'SystemDrive', 'TEMP', 'TMP', 'TMPDIR']
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C' }
  for (const name of kept) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}
