import { randomUUID } from 'node:crypto'
import type { Changes } from '#services/changes.ts'
import type { Log } from '#services/platform.ts'
import { listRelations } from '#services/postgres/catalog.ts'
import { ConnectError, type ConnectionSettings, toAppError } from '#services/postgres/connect.ts'
import { ConnectionPool, type LeasePurpose, type PoolLease } from '#services/postgres/pool.ts'
import type { Store } from '#services/store/store.ts'
import { AppError, invalid, isAppError, notFound } from '#shared/contract/errors.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import type { DataSource, DataSourceInput, Environment, PasswordState, Relation } from '#shared/model/data-source.ts'
import { formatConnectionString } from '#shared/postgres/connection-string.ts'
import { type AttemptOptions, passwordFromFile, passwordReport, settingsOf, storedSettings, tryConnection } from './attempt.ts'
import { DataSourceRecords, relationKey, type StoredDataSource } from './records.ts'
import type { Secrets } from './secrets.ts'
import { type ConnectionWish, readWish, requireName, requireWish } from './wish.ts'

/** The data sources: what is stored of them, their passwords by way of the vault, and the connections to them. */

/** Where the sample server is now; it starts the server when it does not run. */
export interface SampleAccess {
  endpoint(): Promise<{ readonly host: string; readonly port: number; readonly password: string }>
}

export interface Lease extends PoolLease {
  readonly dataSource: DataSource
}

export interface DataSourcesParts {
  readonly store: Store
  readonly secrets: Secrets
  readonly changes: Changes
  readonly sample: SampleAccess
  readonly log: Log
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export class DataSources {
  readonly #parts: DataSourcesParts
  readonly #records: DataSourceRecords
  readonly #pools = new Map<string, ConnectionPool>()

  constructor(parts: DataSourcesParts) {
    this.#parts = parts
    this.#records = new DataSourceRecords(parts.store)
  }

  async list(): Promise<DataSource[]> {
    return Promise.all(this.#records.list().map((source) => this.#withPasswordState(source)))
  }

  /** @throws AppError NOT_FOUND */
  async get(id: string): Promise<DataSource> {
    return this.#withPasswordState(this.#require(id))
  }

  /**
   * A connection for a while. The purpose decides whose turn it is, so that a long validation never keeps a person waiting.
   * @throws AppError NOT_FOUND, PASSWORD_NEEDED, CONNECTION_FAILED, CANCELLED
   */
  async lease(id: string, purpose: LeasePurpose, options: CallOptions = {}): Promise<Lease> {
    const dataSource = await this.get(id)
    try {
      const lease = await this.#pool(id).lease(purpose, options.signal)
      this.#learn(id, lease.connection.askedForPassword)
      return { ...lease, dataSource }
    } catch (error) {
      throw this.#explain(error, id)
    }
  }

  /** Tries what was typed. Nothing is kept. An empty password of a stored source is taken from the vault. */
  async test(input: DataSourceInput, options: AttemptOptions & { readonly id?: string } = {}): Promise<ConnectReport> {
    const read = readWish(input)
    if (!read.ok) return read.report
    const { fields, sslmode } = read.wish
    const fromFile = await passwordFromFile(input, fields)
    const stored = options.id === undefined ? null : await this.#parts.secrets.read(options.id)
    const password = fields.password ?? fromFile ?? (stored?.state === 'found' ? stored.secret : null)
    return (await tryConnection({ ...settingsOf(read.wish), password: async () => password }, sslmode, options)).report
  }

  /** Connects with what is stored. */
  async connect(id: string, options: AttemptOptions = {}): Promise<ConnectReport> {
    const source = this.#require(id)
    try {
      const { report, askedForPassword } = await tryConnection(await this.#settings(id), source.sslmode, options)
      if (askedForPassword !== null) this.#learn(id, askedForPassword)
      return report
    } catch (error) {
      if (isAppError(error, 'PASSWORD_NEEDED')) return passwordReport(error.message)
      throw error
    }
  }

  async create(input: DataSourceInput): Promise<DataSource> {
    const wish = requireWish(input)
    const password = wish.fields.password ?? (await passwordFromFile(input, wish.fields))
    const source: StoredDataSource = {
      id: randomUUID(),
      kind: 'postgres',
      ...describedBy(input, wish),
      rootCertificatePem: null,
      readOnly: false,
      keepFailingValues: true,
      secretSaved: false,
      passwordNeeded: true,
      createdAt: new Date().toISOString(),
    }
    this.#records.insert(source, source.createdAt)
    if (password !== null) await this.#keepPassword(source.id, password, input.savePassword)
    this.#parts.changes.emit('data-sources')
    return this.get(source.id)
  }

  /** For the sample: its place and password are looked up at each use. */
  async createSample(source: { readonly name: string; readonly database: string; readonly user: string }): Promise<DataSource> {
    const now = new Date().toISOString()
    const stored: StoredDataSource = {
      id: randomUUID(),
      kind: 'sample',
      name: this.#freeName(source.name),
      host: '127.0.0.1',
      port: 5432,
      database: source.database,
      user: source.user,
      sslmode: 'disable',
      rootCertificatePem: null,
      searchPath: null,
      environment: 'none',
      readOnly: false,
      keepFailingValues: true,
      secretSaved: false,
      passwordNeeded: false,
      createdAt: now,
    }
    this.#records.insert(stored, now)
    this.#parts.changes.emit('data-sources')
    return this.get(stored.id)
  }

  /** An empty password keeps the stored one. */
  async update(id: string, input: DataSourceInput): Promise<DataSource> {
    const before = this.#require(id)
    const wish = requireWish(input)
    const password = wish.fields.password ?? (await passwordFromFile(input, wish.fields))
    // Another server may ask for a password where this one did not.
    this.#records.update({ ...before, ...describedBy(input, wish), passwordNeeded: true }, new Date().toISOString())
    if (password !== null) await this.#keepPassword(id, password, input.savePassword)
    await this.#closePool(id)
    this.#parts.changes.emit('data-sources')
    return this.get(id)
  }

  async configure(
    id: string,
    change: {
      readonly name?: string | undefined
      readonly environment?: Environment | undefined
      readonly keepFailingValues?: boolean | undefined
      readonly readOnly?: boolean | undefined
    },
  ): Promise<DataSource> {
    const before = this.#require(id)
    const after: StoredDataSource = {
      ...before,
      name: change.name === undefined ? before.name : requireName(change.name),
      environment: change.environment ?? before.environment,
      keepFailingValues: change.keepFailingValues ?? before.keepFailingValues,
      readOnly: change.readOnly ?? before.readOnly,
    }
    this.#records.update(after, new Date().toISOString())
    this.#parts.changes.emit('data-sources')
    return this.get(id)
  }

  /** The password is copied inside the vault, and stays where its kind is kept. */
  async duplicate(id: string): Promise<DataSource> {
    const before = this.#require(id)
    if (before.kind === 'sample') throw invalid('The sample database has one data source only.')
    const now = new Date().toISOString()
    const copy = { ...before, id: randomUUID(), name: this.#freeName(`${before.name} copy`), secretSaved: false, createdAt: now }
    this.#records.insert(copy, now)
    const reading = await this.#parts.secrets.read(id)
    if (reading.state === 'found') await this.#keepPassword(copy.id, reading.secret, before.secretSaved)
    this.#parts.changes.emit('data-sources')
    return this.get(copy.id)
  }

  /** The connection string without its password. */
  describe(id: string): { connectionString: string } {
    const source = this.#require(id)
    return { connectionString: formatConnectionString({ ...source, password: null, sslmode: source.sslmode }) }
  }

  /** The row goes last, so that a secret is never left behind without anything that knows of it. */
  async remove(id: string): Promise<void> {
    const { secretSaved } = this.#require(id)
    this.#records.markRemoved(id, new Date().toISOString())
    await this.#closePool(id)
    await this.#purge(id, secretSaved)
    this.#parts.changes.emit('data-sources', 'assets', 'expectations', 'runs')
  }

  /** Ends removals that the program's own end had cut short. Called once, at start. */
  async finishRemovals(): Promise<void> {
    for (const { id, secretSaved } of this.#records.removed()) await this.#purge(id, secretSaved)
  }

  /** Tries the password on the server and keeps it only when the server takes it. */
  async enterPassword(id: string, password: string, save: boolean, options: CallOptions = {}): Promise<ConnectReport> {
    const source = this.#require(id)
    const { report } = await tryConnection({ ...storedSettings(source), password: async () => password }, source.sslmode, options)
    if (!report.ok) return report
    await this.#keepPassword(id, password, save)
    await this.#closePool(id)
    this.#parts.changes.emit('data-sources')
    return report
  }

  async forgetPassword(id: string): Promise<DataSource> {
    const source = this.#require(id)
    await this.#parts.secrets.forget(id, source.secretSaved ? 'saved' : 'in-memory')
    this.#records.update({ ...source, secretSaved: false, passwordNeeded: true }, new Date().toISOString())
    await this.#closePool(id)
    this.#parts.changes.emit('data-sources')
    return this.get(id)
  }

  async relations(id: string, options: CallOptions = {}): Promise<Relation[]> {
    const lease = await this.lease(id, 'interactive', options)
    try {
      const relations = await listRelations(lease.connection, options)
      const assets = this.#records.assetIds(id)
      return relations.map((relation) => ({ ...relation, assetId: assets.get(relationKey(relation.schema, relation.name)) ?? null }))
    } finally {
      await lease.release()
    }
  }

  async dispose(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.dispose()))
  }

  /** For the sample, whose server goes away or comes back elsewhere. */
  async closeConnections(id: string): Promise<void> {
    await this.#closePool(id)
  }

  #require(id: string): StoredDataSource {
    const source = this.#records.find(id)
    if (source === null) throw notFound('data source')
    return source
  }

  #freeName(name: string): string {
    const taken = new Set(this.#records.list().map((source) => source.name))
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? name : `${name} ${number}`
      if (!taken.has(candidate)) return candidate
    }
  }

  #pool(id: string): ConnectionPool {
    const known = this.#pools.get(id)
    if (known !== undefined) return known
    const pool = new ConnectionPool(() => this.#settings(id))
    this.#pools.set(id, pool)
    return pool
  }

  async #closePool(id: string): Promise<void> {
    const pool = this.#pools.get(id)
    this.#pools.delete(id)
    await pool?.dispose()
  }

  /** @throws AppError PASSWORD_NEEDED when there should be a password and it is not at hand */
  async #settings(id: string): Promise<ConnectionSettings> {
    const source = this.#require(id)
    if (source.kind === 'sample') {
      const { host, port, password } = await this.#parts.sample.endpoint()
      return { ...storedSettings(source), host, port, password: async () => password }
    }
    const reading = await this.#parts.secrets.read(id)
    if (reading.state === 'unavailable' && source.secretSaved) {
      throw passwordNeeded(source, 'unavailable', `${reading.sentence} Unlock it, or enter the password of "${source.user}".`)
    }
    // Without one, the server is asked all the same: it may let the role in (trust, peer), and says so itself when it does not.
    if (reading.state !== 'found' && source.secretSaved) {
      throw passwordNeeded(source, 'unavailable', `Enter the password of "${source.user}" for ${source.name}.`)
    }
    return { ...storedSettings(source), password: async () => (reading.state === 'found' ? reading.secret : null) }
  }

  /** Written, read back by the vault, and only then marked: a mark without a secret would ask for nothing and fail. */
  async #keepPassword(id: string, password: string, save: boolean): Promise<void> {
    const where = save ? await this.#parts.secrets.save(id, password) : await this.#forgetSavedAndHold(id, password)
    this.#records.update({ ...this.#require(id), secretSaved: where === 'saved', passwordNeeded: true }, new Date().toISOString())
  }

  async #forgetSavedAndHold(id: string, password: string): Promise<'in-memory'> {
    if (this.#require(id).secretSaved) await this.#parts.secrets.forget(id, 'saved')
    this.#parts.secrets.keepInMemory(id, password)
    return 'in-memory'
  }

  async #purge(id: string, secretSaved: boolean): Promise<void> {
    try {
      await this.#parts.secrets.forget(id, secretSaved ? 'saved' : 'in-memory')
    } catch (error) {
      // The keychain cannot be asked now: the row stays, removed, and the next start tries again.
      this.#parts.log.error('secret-not-forgotten', error, { dataSourceId: id })
      return
    }
    this.#records.purge(id)
  }

  async #withPasswordState(source: StoredDataSource): Promise<DataSource> {
    const { secretSaved, passwordNeeded: _needed, ...shown } = source
    return { ...shown, passwordState: await this.#passwordState(source, secretSaved) }
  }

  async #passwordState(source: StoredDataSource, secretSaved: boolean): Promise<PasswordState> {
    if (source.kind === 'sample' || !source.passwordNeeded) return 'not-needed'
    const reading = await this.#parts.secrets.read(source.id)
    if (reading.state === 'found') return secretSaved ? 'saved' : 'in-memory'
    return secretSaved ? 'unavailable' : 'missing'
  }

  /** Whether the server asks for a password is known only from connecting to it. */
  #learn(id: string, passwordNeeded: boolean): void {
    const source = this.#records.find(id)
    if (source === null || source.kind === 'sample' || source.passwordNeeded === passwordNeeded) return
    this.#records.update({ ...source, passwordNeeded }, new Date().toISOString())
    this.#parts.changes.emit('data-sources')
  }

  #explain(error: unknown, id: string): unknown {
    if (!(error instanceof ConnectError)) return error
    const { cause } = error.failure
    if (cause === 'password-missing') this.#learn(id, true)
    if (cause !== 'wrong-password' && cause !== 'password-missing') return toAppError(error, id)
    const source = this.#require(id)
    return passwordNeeded(source, cause === 'wrong-password' ? 'rejected' : 'missing', error.failure.sentence)
  }
}

function describedBy(input: DataSourceInput, { fields, sslmode }: ConnectionWish) {
  return {
    name: requireName(input.name),
    host: fields.host,
    port: fields.port,
    database: fields.database,
    user: fields.user,
    sslmode,
    searchPath: fields.searchPath === null ? null : [...fields.searchPath],
    environment: input.environment,
  }
}

function passwordNeeded(
  source: StoredDataSource,
  reason: 'missing' | 'unavailable' | 'rejected',
  sentence: string,
): AppError<'PASSWORD_NEEDED'> {
  return new AppError('PASSWORD_NEEDED', sentence, { dataSourceId: source.id, reason }, { action: 'enter-password' })
}
