import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadKeytar } from '#services/vault/keytar.ts'
import { modulesFolder } from './cluster.ts'

/** A real keychain for a test: a session bus of its own, and GNOME Keyring on it when asked for. */

/** false: the tests that need one are skipped, and counted as skipped. */
export function hasKeychainPrograms(): boolean {
  try {
    for (const program of ['gnome-keyring-daemon', 'dbus-daemon', 'dbus-send']) execFileSync('which', [program], { stdio: 'ignore' })
    loadKeytar(modulesFolder)
    return true
  } catch {
    return false
  }
}

export type KeyringKind =
  /** A bus, and nobody on it. */
  | 'none'
  /** A keyring that was unlocked with an empty line as its password. */
  | 'unlocked'
  /** The same keyring, but nobody has given its password. */
  | 'locked'
  /** The same, and its file is not what was written. */
  | 'damaged'

export interface TestKeychain {
  /** What a process needs to reach it. DISPLAY is absent: with one, a locked keyring would wait for a person. */
  readonly environment: NodeJS.ProcessEnv
  killKeyring(): Promise<void>
  /** Gives the password of one that is locked, as a person does in the keyring's own dialog. */
  unlock(): Promise<void>
  /** As after a restart of the computer. */
  lock(): Promise<void>
  dispose(): Promise<void>
}

export async function startKeychain(kind: KeyringKind): Promise<TestKeychain> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-keychain-'))
  const { DISPLAY: _display, DBUS_SESSION_BUS_ADDRESS: _bus, WAYLAND_DISPLAY: _wayland, ...rest } = process.env
  const home = { ...rest, XDG_DATA_HOME: join(folder, 'data'), XDG_CACHE_HOME: join(folder, 'cache'), XDG_RUNTIME_DIR: folder }
  const noServices = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=${folder}</listen>${kind === 'damaged' ? `<servicedir>${folder}</servicedir>` : ''}<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
  const configuration = join(folder, 'bus.conf')
  await writeFile(configuration, noServices)
  // Without service files, so that a keyring that was killed stays away. A damaged one ends as it starts, so the bus starts it.
  if (kind === 'damaged') await writeServiceFile(folder)
  const bus = spawn('dbus-daemon', [`--config-file=${configuration}`, '--nofork', '--print-address'], {
    env: home,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const address = await new Promise<string>((resolve, reject) => {
    bus.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    bus.once('error', reject).once('exit', () => reject(new Error('The bus did not start.')))
  })
  const environment = { ...home, DBUS_SESSION_BUS_ADDRESS: address }
  let keyring: ChildProcess | null = null
  if (kind !== 'none') keyring = await startKeyring(environment, '\n')
  if (kind === 'locked' || kind === 'damaged') {
    await end(keyring)
    if (kind === 'damaged') await damage(join(folder, 'data', 'keyrings', 'login.keyring'))
    else keyring = await startKeyring(environment, null)
  }
  return {
    environment,
    killKeyring: () => end(keyring),
    lock: async () => {
      await end(keyring)
      keyring = await startKeyring(environment, null)
    },
    unlock: async () => {
      await end(keyring)
      keyring = await startKeyring(environment, '\n')
    },
    dispose: async () => {
      await end(keyring)
      await end(bus)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** `password` on standard input unlocks; one newline is a password, nothing at all is not. */
async function startKeyring(environment: NodeJS.ProcessEnv, password: string | null): Promise<ChildProcess> {
  const unlock = password === null ? [] : ['--unlock']
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', ...unlock, '--components=secrets'], {
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keyring.stdin?.end(password ?? '')
  for (let attempt = 0; attempt < 1_200; attempt++) {
    if (isOnBus(environment)) return keyring
    await sleep(50)
  }
  throw new Error('The keyring did not come to the bus.')
}

async function writeServiceFile(folder: string): Promise<void> {
  const password = join(folder, 'newline')
  await writeFile(password, '\n')
  const program = `/bin/sh -c "exec gnome-keyring-daemon --foreground --unlock --components=secrets < ${password}"`
  await writeFile(join(folder, 'org.freedesktop.secrets.service'), `[D-BUS Service]\nName=org.freedesktop.secrets\nExec=${program}\n`)
}

/** In the middle, where the items are; the head stays, so that it is taken for a keyring. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file)
  await writeFile(file, bytes.fill(0xff, Math.floor(bytes.length / 3)))
}

function isOnBus(environment: NodeJS.ProcessEnv): boolean {
  const question = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus']
  const output = execFileSync('dbus-send', [...question, 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'], {
    env: environment,
  })
  return output.toString().includes('boolean true')
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}
