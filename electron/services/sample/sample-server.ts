import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWholeFile } from '#services/files/whole-file.ts'
import { AppError, cancelled } from '#shared/contract/errors.ts'
import { findBinaries, isMissing } from './binaries.ts'
import { type ClusterEndpoint, EmbeddedCluster } from './embedded-cluster.ts'
import { breakStatement, brokenQuestion, loadSteps, mendStatement, SHOP_DATABASE } from './shop.ts'

/** A session on the sample server. Each text is one statement; values come as the server writes them. */
export interface SqlSession {
  run(statement: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]>
  dispose(): Promise<void>
}

export interface SampleParts {
  readonly modulesFolder: string
  /** Ours alone; made when missing, removed by `remove`. Absolute. */
  readonly folder: string
  /** Supplied from outside, because the driver belongs to another service. */
  readonly openSession: (endpoint: ClusterEndpoint, database: string) => Promise<SqlSession>
  /** Makes the role that reads, in the shop's database; supplied, because it is the set-up wizard's own script. */
  readonly makeReader: (session: SqlSession, database: string, password: string) => Promise<void>
  /** See EmbeddedCluster; left out except in tests. */
  readonly rootParent?: string
}

export interface SampleFacts {
  readonly state: 'absent' | 'stopped' | 'running' | 'unsupported'
  /** As the catalog has it; null when the server does not run. */
  readonly broken: boolean | null
  readonly serverVersion: string | null
  readonly sizeBytes: number | null
  readonly sentence: string | null
}

export type SampleProgress = (change: { readonly detail: string; readonly done: number; readonly total: number }) => void

/** A first start is the server's part (copy, initialise, start) and the shop's; the weights of `loadSteps` are on the same scale. */
const SERVER_WEIGHT = 20
const LOADING_DATABASE = 'shop_loading'

/** The sample: the server and the shop in it. */
export class SampleServer {
  readonly #parts: SampleParts
  readonly #cluster: EmbeddedCluster
  /** One thing at a time: a second start waits for the first and finds the server running. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: SampleParts) {
    this.#parts = parts
    const root = parts.rootParent === undefined ? {} : { rootParent: parts.rootParent }
    this.#cluster = new EmbeddedCluster({
      modulesFolder: parts.modulesFolder,
      folder: join(parts.folder, 'cluster'),
      durable: true,
      ...root,
    })
  }

  async facts(): Promise<SampleFacts> {
    const found = await findBinaries(this.#parts.modulesFolder)
    const nothing = { broken: null, serverVersion: null, sizeBytes: null, sentence: null }
    if (!found.found) return { ...nothing, state: 'unsupported', sentence: found.sentence }
    const endpoint = this.#cluster.endpoint
    if (!(await this.#isLoaded())) return { ...nothing, state: 'absent' } // the server may run, and the shop be on its way
    if (endpoint !== null && (await this.#cluster.isRunning())) return this.#factsOf(endpoint)
    return { ...nothing, state: 'stopped' }
  }

  /** Loads the shop the first time. Aborting leaves nothing half loaded: the next start begins again. */
  start(progress: SampleProgress = () => {}, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#start(progress, signal))
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#cluster.stop())
  }

  break(): Promise<void> {
    return this.#inTurn(() => this.#rename(true))
  }

  mend(): Promise<void> {
    return this.#inTurn(() => this.#rename(false))
  }

  /** Stops the server and removes every file. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#cluster.remove()
      await rm(this.#parts.folder, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  /** Where the reader logs in. Starts the server when it does not run. @throws AppError UNAVAILABLE when there is no sample */
  async endpoint(): Promise<{ readonly host: string; readonly port: number; readonly password: string }> {
    return this.#inTurn(async () => {
      if (this.#cluster.endpoint === null || !(await this.#cluster.isRunning())) {
        if (!(await this.#isLoaded())) {
          throw new AppError('UNAVAILABLE', 'The sample database is not there any more. Start it again from the welcome screen.', {
            cause: 'sample-absent',
          })
        }
        await this.#start(() => {}, undefined)
      }
      const { host, port } = this.#requireEndpoint()
      return { host, port, password: await readFile(this.#readerPasswordFile(), 'utf8') }
    })
  }

  /** Samples of data folders that were deleted while their app was dead. Returns what was removed. For the start of the app. */
  removeOrphans(): Promise<readonly string[]> {
    return this.#inTurn(() => this.#cluster.removeOrphans())
  }

  dispose(): Promise<void> {
    return this.#inTurn(() => this.#cluster.dispose())
  }

  async #start(progress: SampleProgress, signal: AbortSignal | undefined): Promise<void> {
    const total = SERVER_WEIGHT + loadSteps.reduce((sum, step) => sum + step.weight, 0)
    try {
      const details = {
        copy: ['Copying the server', 0],
        initialise: ['Preparing the server', 4],
        start: ['Starting the server', 16],
      } as const
      const endpoint = await this.#cluster.start((step) => progress({ detail: details[step][0], done: details[step][1], total }), signal)
      if (!(await this.#hasShop(endpoint))) await this.#load(endpoint, total, progress, signal)
      progress({ detail: 'Ready', done: total, total })
    } catch (error) {
      if (!signal?.aborted) throw error
      await this.#cluster.stop()
      throw cancelled()
    }
  }

  async #load(endpoint: ClusterEndpoint, total: number, progress: SampleProgress, signal: AbortSignal | undefined): Promise<void> {
    const password = randomBytes(24).toString('base64url')
    await this.#with(endpoint, 'postgres', async (admin) => {
      await admin.run(`DROP DATABASE IF EXISTS ${LOADING_DATABASE} WITH (FORCE)`)
      await admin.run('DROP ROLE IF EXISTS shop_reader')
      await admin.run(`CREATE DATABASE ${LOADING_DATABASE}`)
    })
    await this.#with(endpoint, LOADING_DATABASE, async (session) => {
      // Losing the last second of a load costs nothing: it is not the shop until it has its name.
      await session.run('SET synchronous_commit = off')
      let done = SERVER_WEIGHT
      for (const step of loadSteps) {
        for (const [index, statement] of step.statements.entries()) {
          signal?.throwIfAborted()
          progress({ detail: step.title, done: done + (step.weight * index) / step.statements.length, total })
          await session.run(statement, signal)
        }
        done += step.weight
      }
      await this.#parts.makeReader(session, LOADING_DATABASE, password)
    })
    // SECURITY: guards the sample's rows only; the folder is ours alone, the file 0600.
    await writePrivately(this.#readerPasswordFile(), password)
    // Its name comes last, in one step: a shop that is there is there as a whole.
    await this.#with(endpoint, 'postgres', async (admin) => {
      await admin.run(`ALTER DATABASE ${LOADING_DATABASE} RENAME TO ${SHOP_DATABASE}`)
      await admin.run('CHECKPOINT')
    })
    await writePrivately(this.#loadedFile(), new Date().toISOString())
  }

  async #rename(toBroken: boolean): Promise<void> {
    await this.#with(this.#requireEndpoint(), SHOP_DATABASE, async (session) => {
      if ((await isBroken(session)) === toBroken) return
      // A reader that holds the table for long must not make the button hang, nor make others queue behind it.
      await session.run(`SET lock_timeout = '5s'`)
      await session.run(toBroken ? breakStatement : mendStatement)
    })
  }

  async #factsOf(endpoint: ClusterEndpoint): Promise<SampleFacts> {
    return this.#with(endpoint, SHOP_DATABASE, async (session) => {
      const row = (await session.run(`SELECT current_setting('server_version'), pg_database_size(current_database())::text`))[0]
      return {
        state: 'running',
        broken: await isBroken(session),
        serverVersion: row?.[0] ?? null,
        sizeBytes: Number(row?.[1] ?? 0),
        sentence: null,
      }
    })
  }

  async #hasShop(endpoint: ClusterEndpoint): Promise<boolean> {
    return this.#with(endpoint, 'postgres', async (admin) => {
      const rows = await admin.run(`SELECT FROM pg_catalog.pg_database WHERE datname = '${SHOP_DATABASE}'`)
      return rows.length === 1 && (await this.#isReadable(this.#readerPasswordFile()))
    })
  }

  async #isLoaded(): Promise<boolean> {
    return (await this.#cluster.isInitialised()) && (await this.#isReadable(this.#loadedFile()))
  }

  async #isReadable(file: string): Promise<boolean> {
    try {
      await readFile(file)
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  }

  async #with<Result>(endpoint: ClusterEndpoint, database: string, work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    const session = await this.#parts.openSession(endpoint, database)
    try {
      return await work(session)
    } finally {
      await session.dispose()
    }
  }

  #requireEndpoint(): ClusterEndpoint {
    const endpoint = this.#cluster.endpoint
    if (endpoint === null) throw new AppError('UNAVAILABLE', 'The sample database is stopped. Start it first.', { cause: 'sample-stopped' })
    return endpoint
  }

  #readerPasswordFile(): string {
    return join(this.#parts.folder, 'reader-password')
  }

  #loadedFile(): string {
    return join(this.#parts.folder, 'loaded')
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(work)
    this.#queue = turn.then(
      () => {},
      () => {}, // whoever asked for it hears of it; the next one goes on
    )
    return turn
  }
}

async function isBroken(session: SqlSession): Promise<boolean> {
  return (await session.run(brokenQuestion))[0]?.[0] === 'true'
}

async function writePrivately(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  await writeWholeFile(file, Buffer.from(text))
}
