import { randomUUID } from 'node:crypto'
import type { Changes } from '#services/changes.ts'
import type { Log } from '#services/platform.ts'
import { listRelations } from '#services/postgres/catalog.ts'
import type { LeasePurpose, PoolLease } from '#services/postgres/pool.ts'
import type { Store } from '#services/store/store.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { invalid, isAppError } from '#shared/contract/errors.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import type { Certificates, DataSource, DataSourceInput, Environment, Relation } from '#shared/model/data-source.ts'
import { reveal } from '#shared/model/secret.ts'
import { formatConnectionString } from '#shared/postgres/connection-string.ts'
import { isSameRecipient } from '#shared/postgres/recipient.ts'
import { type AttemptOptions, certificatesReport, passwordFromFile, passwordReport, settingsOf, tryConnection } from './attempt.ts'
import { readCertificates } from './certificates.ts'
import { type GivenWay, type GiveWayParts, giveWay } from './give-way.ts'
import { DataSourceRecords, relationKey, type StoredDataSource } from './records.ts'
import { SavedSecrets } from './saved-secrets.ts'
import { SecretPlaces } from './secret-places.ts'
import type { Secrets } from './secrets.ts'
import { SourceConnections } from './source-connections.ts'
import { SourceSecrets } from './source-secrets.ts'
import { type SampleAccess, SourceSettings } from './source-settings.ts'
import { type ConnectionWish, readWish, requireName, requireWish } from './wish.ts'

/** The data sources: what is stored of them, their passwords by way of the vault, and the connections to them. */

export interface Lease extends PoolLease {
  readonly dataSource: DataSource
}

export interface DataSourcesParts {
  readonly store: Store
  readonly secrets: Secrets
  readonly changes: Changes
  readonly tasks: Tasks
  readonly sample: SampleAccess
  readonly log: Log
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export class DataSources {
  readonly savedSecrets: SavedSecrets
  readonly #parts: DataSourcesParts
  readonly #records: DataSourceRecords
  readonly #secrets: SourceSecrets
  readonly #settings: SourceSettings
  readonly #connections: SourceConnections

  constructor(parts: DataSourcesParts) {
    const { store, secrets, sample, log, tasks, changes } = parts
    this.#parts = parts
    this.#records = new DataSourceRecords(store)
    this.#secrets = new SourceSecrets(this.#records, secrets, log)
    this.#settings = new SourceSettings({ records: this.#records, secrets: this.#secrets, sample })
    this.#connections = new SourceConnections({
      source: (id) => this.#settings.require(id),
      settings: (id) => this.#settings.toConnect(id),
      learn: (id, askedForPassword) => this.#learn(id, askedForPassword),
    })
    this.savedSecrets = new SavedSecrets({
      places: new SecretPlaces({ records: this.#records, secrets, sources: this.#secrets }),
      settings: this.#settings,
      connections: this.#connections,
      tasks,
      changes,
    })
  }

  async list(): Promise<DataSource[]> {
    return Promise.all(this.#records.list().map((source) => this.#withPasswordState(source)))
  }

  /** @throws AppError NOT_FOUND */
  async get(id: string): Promise<DataSource> {
    return this.#withPasswordState(this.#settings.require(id))
  }

  /**
   * A connection for a while. The purpose decides whose turn it is, so that a long validation never keeps a person waiting.
   * @throws AppError NOT_FOUND, PASSWORD_NEEDED, CONNECTION_FAILED, CANCELLED
   */
  async lease(id: string, purpose: LeasePurpose, options: CallOptions = {}): Promise<Lease> {
    const dataSource = await this.get(id)
    const lease = await this.#connections.lease(id, purpose, options.signal)
    return { ...lease, dataSource }
  }

  /** The same without waiting; null: as many as there may be are in use. */
  async leaseIfFree(id: string, purpose: LeasePurpose, options: CallOptions = {}): Promise<Lease | null> {
    const dataSource = await this.get(id)
    const lease = await this.#connections.leaseIfFree(id, purpose, options.signal)
    return lease === null ? null : { ...lease, dataSource }
  }

  /** Tries what was typed. Nothing is kept. What is not typed of a stored source is taken from the vault; its password only for the same role of the same server. */
  async test(input: DataSourceInput, options: AttemptOptions & { readonly id?: string } = {}): Promise<ConnectReport> {
    const read = readWish(input)
    if (!read.ok) return read.report
    const { fields, sslmode } = read.wish
    let certificates: Certificates | null
    try {
      certificates = await this.#settings.certificatesFor(input, fields, options.id)
    } catch (error) {
      if (!isAppError(error, 'INVALID')) throw error
      return certificatesReport(error.message)
    }
    const fromFile = await passwordFromFile(input, fields)
    const typed = fields.password ?? fromFile
    const stored = typed === null ? await this.#settings.storedPassword(options.id, fields) : null
    const password = stored === null ? typed : reveal(stored)
    return (await tryConnection({ ...settingsOf(read.wish, certificates), password: async () => password }, sslmode, options)).report
  }

  /** Connects with what is stored. */
  async connect(id: string, options: AttemptOptions = {}): Promise<ConnectReport> {
    const source = this.#settings.require(id)
    try {
      const { report, askedForPassword } = await tryConnection(await this.#settings.toConnect(id), source.sslmode, options)
      if (askedForPassword !== null) this.#learn(id, askedForPassword)
      return report
    } catch (error) {
      if (isAppError(error, 'PASSWORD_NEEDED')) return passwordReport(error.message)
      throw error
    }
  }

  async create(input: DataSourceInput): Promise<DataSource> {
    const wish = requireWish(input)
    this.#secrets.requireReady(input.savePassword)
    const certificates = await this.#settings.withKey(await readCertificates(input, wish.fields), undefined)
    const password = wish.fields.password ?? (await passwordFromFile(input, wish.fields))
    const source: StoredDataSource = {
      id: randomUUID(),
      kind: 'postgres',
      ...describedBy(input, wish),
      rootCertificatePem: certificates?.rootCertificatePem ?? null,
      clientCertificatePem: certificates?.clientCertificatePem ?? null,
      clientKeyIn: null,
      readOnly: false,
      keepFailingValues: true,
      statementTimeoutMs: null,
      passwordIn: null,
      passwordNeeded: true,
      createdAt: new Date().toISOString(),
    }
    this.#records.insert(source, source.createdAt)
    if (certificates?.clientKeyPem != null) await this.#secrets.keepKey(source.id, certificates.clientKeyPem, input.savePassword)
    if (password !== null) await this.#secrets.keepPassword(source.id, password, input.savePassword)
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
      clientCertificatePem: null,
      clientKeyIn: null,
      searchPath: null,
      environment: 'none',
      readOnly: false,
      keepFailingValues: true,
      statementTimeoutMs: null,
      passwordIn: null,
      passwordNeeded: false,
      createdAt: now,
    }
    this.#records.insert(stored, now)
    this.#parts.changes.emit('data-sources')
    return this.get(stored.id)
  }

  /**
   * An empty password keeps the stored one, unless the role or the server is another.
   * @throws AppError INVALID, CONFLICT; UNAVAILABLE where one is saved that has to be forgotten and cannot be now
   */
  async update(id: string, input: DataSourceInput): Promise<DataSource> {
    const before = this.#settings.require(id)
    const wish = requireWish(input)
    const password = wish.fields.password ?? (await passwordFromFile(input, wish.fields))
    // Another server may ask for a password where this one did not.
    const given = await readCertificates(input, wish.fields)
    this.#secrets.requireReady(input.savePassword && (password !== null || given?.clientKeyPem != null))
    await this.#settings.withKey(given, id)
    const { rootCertificatePem, clientCertificatePem } = given ?? before
    const description = describedBy(input, wish)
    this.#records.refuseTakenName(description.name, id)
    const isElsewhere = !isSameRecipient(before, wish.fields)
    // SECURITY: before the row says where else to connect to, as the next connection would send it there.
    if (isElsewhere) await this.#secrets.forgetPassword(before)
    const passwordIn = isElsewhere ? null : before.passwordIn
    const after = { ...before, ...description, rootCertificatePem, clientCertificatePem, passwordIn, passwordNeeded: true }
    this.#records.update(after, new Date().toISOString())
    if (clientCertificatePem === null) await this.#secrets.forgetKey(id)
    else if (given?.clientKeyPem != null) await this.#secrets.keepKey(id, given.clientKeyPem, input.savePassword)
    if (password !== null) await this.#secrets.keepPassword(id, password, input.savePassword)
    await this.#connections.close(id)
    this.#parts.changes.emit('data-sources', 'servers')
    return this.get(id)
  }

  async configure(
    id: string,
    change: {
      readonly name?: string | undefined
      readonly environment?: Environment | undefined
      readonly keepFailingValues?: boolean | undefined
      readonly readOnly?: boolean | undefined
      readonly statementTimeoutMs?: number | null | undefined
    },
  ): Promise<DataSource> {
    const before = this.#settings.require(id)
    const after: StoredDataSource = {
      ...before,
      name: change.name === undefined ? before.name : requireName(change.name),
      environment: change.environment ?? before.environment,
      keepFailingValues: change.keepFailingValues ?? before.keepFailingValues,
      readOnly: change.readOnly ?? before.readOnly,
      // null takes the limit away; only what was left out keeps it.
      statementTimeoutMs: change.statementTimeoutMs === undefined ? before.statementTimeoutMs : change.statementTimeoutMs,
    }
    this.#records.update(after, new Date().toISOString())
    this.#parts.changes.emit('data-sources')
    return this.get(id)
  }

  /** The password is copied inside the vault, and stays where its kind is kept. */
  async duplicate(id: string): Promise<DataSource> {
    const before = this.#settings.require(id)
    if (before.kind === 'sample') throw invalid('The sample database has one data source only.')
    // Before anything is written: a locked vault asks first.
    const [password, key] = [await this.#secrets.password(before), await this.#secrets.key(before)]
    this.#secrets.requireReady((password !== null && before.passwordIn !== null) || (key !== null && before.clientKeyIn !== null))
    const now = new Date().toISOString()
    const copy = {
      ...before,
      id: randomUUID(),
      name: this.#freeName(`${before.name} copy`),
      passwordIn: null,
      clientKeyIn: null,
      createdAt: now,
    }
    this.#records.insert(copy, now)
    if (password !== null) await this.#secrets.keepPassword(copy.id, reveal(password), before.passwordIn !== null)
    if (key !== null) await this.#secrets.keepKey(copy.id, reveal(key), before.clientKeyIn !== null)
    this.#parts.changes.emit('data-sources')
    return this.get(copy.id)
  }

  /** The connection string without its password. */
  describe(id: string): { connectionString: string } {
    const source = this.#settings.require(id)
    return { connectionString: formatConnectionString({ ...source, password: null, sslmode: source.sslmode }) }
  }

  /** The row goes last, so that a secret is never left behind without anything that knows of it. */
  async remove(id: string): Promise<void> {
    const source = this.#settings.require(id)
    this.#records.markRemoved(id, new Date().toISOString())
    await this.#connections.close(id)
    await this.#secrets.purge(source)
    this.#parts.changes.emit('data-sources', 'assets', 'expectations', 'runs')
  }

  /** Ends removals that the program's own end had cut short. Called once, at start. */
  async finishRemovals(): Promise<void> {
    for (const source of this.#records.removed()) await this.#secrets.purge(source)
  }

  /** Tries the password on the server and keeps it only when the server takes it. */
  async enterPassword(id: string, password: string, save: boolean, options: CallOptions = {}): Promise<ConnectReport> {
    const source = this.#settings.require(id)
    this.#secrets.requireReady(save)
    const { report } = await tryConnection(
      { ...this.#settings.withoutPassword(source), password: async () => password },
      source.sslmode,
      options,
    )
    if (!report.ok) return report
    await this.#secrets.keepPassword(id, password, save)
    await this.#connections.close(id)
    this.#parts.changes.emit('data-sources')
    return report
  }

  async forgetPassword(id: string): Promise<DataSource> {
    await this.#secrets.forgetPassword(this.#settings.require(id))
    await this.#connections.close(id)
    this.#parts.changes.emit('data-sources')
    return this.get(id)
  }

  /**
   * Lets `replace` put other data in the place of this. A password goes only where it was entered for, so what the incoming sources do not have exactly
   * as it is here is forgotten, once `replace` is done: where it throws, nothing has changed.
   * @throws AppError UNAVAILABLE where one is saved that cannot be forgotten now; what `replace` throws
   */
  async giveWay(incoming: readonly StoredDataSource[], replace: GiveWayParts['replace']): Promise<GivenWay> {
    await this.finishRemovals()
    const given = await giveWay(incoming, { records: this.#records, secrets: this.#secrets, replace })
    await this.#connections.dispose()
    await this.finishRemovals()
    return given
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
    await this.#connections.dispose()
  }

  /** For the sample, whose server goes away or comes back elsewhere. */
  async closeConnections(id: string): Promise<void> {
    await this.#connections.close(id)
  }

  #freeName(name: string): string {
    const taken = new Set(this.#records.list().map((source) => source.name))
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? name : `${name} ${number}`
      if (!taken.has(candidate)) return candidate
    }
  }

  async #withPasswordState(source: StoredDataSource): Promise<DataSource> {
    const { passwordIn: _in, passwordNeeded: _needed, clientKeyIn: _keyIn, ...shown } = source
    return { ...shown, passwordState: await this.#secrets.connectState(source) }
  }

  /** Whether the server asks for a password is known only from connecting to it. */
  #learn(id: string, passwordNeeded: boolean): void {
    const source = this.#records.find(id)
    if (source === null || source.kind === 'sample' || source.passwordNeeded === passwordNeeded) return
    this.#records.update({ ...source, passwordNeeded }, new Date().toISOString())
    this.#parts.changes.emit('data-sources')
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
