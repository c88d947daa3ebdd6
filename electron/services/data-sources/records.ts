import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { AppError } from '#shared/contract/errors.ts'
import { DataSource, type Sslmode } from '#shared/model/data-source.ts'
import { SecretPlace } from '#shared/model/secret.ts'

/** Data sources in the store. No secret is among the columns; `passwordIn` only says where one should be. */

export interface StoredDataSource extends Omit<DataSource, 'passwordState'> {
  /** Where it is saved; null: nowhere. */
  readonly passwordIn: SecretPlace | null
  /** false: the server lets the role in without a password. */
  readonly passwordNeeded: boolean
  /** The same of the key of the client certificate. */
  readonly clientKeyIn: SecretPlace | null
}

export class DataSourceRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  list(): readonly StoredDataSource[] {
    const rows = this.#store.database.prepare('SELECT * FROM data_sources WHERE removed_at IS NULL ORDER BY name COLLATE NOCASE, id').all()
    return rows.map(fromRow)
  }

  find(id: string): StoredDataSource | null {
    const row = this.#store.database.prepare('SELECT * FROM data_sources WHERE id = ? AND removed_at IS NULL').get(id)
    return row === undefined ? null : fromRow(row)
  }

  /** @throws AppError CONFLICT at `name` when another one has it */
  insert(source: StoredDataSource, now: string): void {
    this.refuseTakenName(source.name, source.id)
    this.#store.database
      .prepare(
        `INSERT INTO data_sources (id, name, kind, host, port, database_name, user_name, sslmode, root_certificate_pem, client_certificate_pem, client_key_saved, client_key_place, search_path, environment,
           read_only, keep_failing_values, statement_timeout_ms, secret_saved, secret_place, password_needed, created_at, updated_at)
         VALUES (@id, @name, @kind, @host, @port, @database, @user, @sslmode, @rootCertificatePem, @clientCertificatePem, @clientKeySaved, @clientKeyPlace, @searchPath, @environment,
           @readOnly, @keepFailingValues, @statementTimeoutMs, @secretSaved, @secretPlace, @passwordNeeded, @createdAt, @now)`,
      )
      .run({ ...toRow(source), now })
  }

  /** @throws AppError CONFLICT at `name` when another one has it */
  update(source: StoredDataSource, now: string): void {
    this.refuseTakenName(source.name, source.id)
    this.#store.database
      .prepare(
        `UPDATE data_sources SET name = @name, host = @host, port = @port, database_name = @database, user_name = @user, sslmode = @sslmode,
           root_certificate_pem = @rootCertificatePem, client_certificate_pem = @clientCertificatePem, client_key_saved = @clientKeySaved, client_key_place = @clientKeyPlace, search_path = @searchPath, environment = @environment,
           read_only = @readOnly, keep_failing_values = @keepFailingValues, statement_timeout_ms = @statementTimeoutMs, secret_saved = @secretSaved, secret_place = @secretPlace, password_needed = @passwordNeeded, updated_at = @now
         WHERE id = @id`,
      )
      .run({ ...toRow(source), now })
  }

  /** First step of a removal: gone for everybody, but its row still says that a secret may be left to forget. */
  markRemoved(id: string, now: string): void {
    this.#store.database.prepare('UPDATE data_sources SET removed_at = ? WHERE id = ?').run(now, id)
  }

  /** Removed ones whose secret may still be there: the program ended in between. */
  removed(): readonly Pick<StoredDataSource, 'id' | 'passwordIn' | 'clientKeyIn'>[] {
    const rows = this.#store.database
      .prepare('SELECT id, secret_saved, secret_place, client_key_saved, client_key_place FROM data_sources WHERE removed_at IS NOT NULL')
      .all()
    return z
      .array(Marks.extend({ id: z.string() }))
      .parse(rows)
      .map((row) => ({ id: row.id, ...placesOf(row) }))
  }

  /** Last step of a removal. Its assets, expectations and results go with it. */
  purge(id: string): void {
    this.#store.transaction(() => this.#store.database.prepare('DELETE FROM data_sources WHERE id = ?').run(id))
  }

  /** Assets by relation, to mark what is taken in already. */
  assetIds(dataSourceId: string): ReadonlyMap<string, string> {
    const rows = this.#store.database
      .prepare('SELECT id, schema_name, relation_name FROM data_assets WHERE data_source_id = ?')
      .all(dataSourceId)
    const entries = z.array(z.object({ id: z.string(), schema_name: z.string(), relation_name: z.string() })).parse(rows)
    return new Map(entries.map((row) => [relationKey(row.schema_name, row.relation_name), row.id]))
  }

  /** @throws AppError CONFLICT */
  refuseTakenName(name: string, id: string): void {
    const taken = this.#store.database.prepare('SELECT 1 FROM data_sources WHERE name = ? AND id <> ? AND removed_at IS NULL').get(name, id)
    if (taken !== undefined)
      throw new AppError('CONFLICT', `There is a data source named "${name}" already. Choose another name.`, { field: 'name' })
  }
}

export function relationKey(schema: string, name: string): string {
  return JSON.stringify([schema, name])
}

/** Two columns each, so that `saved` alone still says what it did. */
const Marks = z.object({
  secret_saved: z.int(),
  secret_place: SecretPlace,
  client_key_saved: z.int(),
  client_key_place: SecretPlace,
})

function placesOf(row: z.infer<typeof Marks>): Pick<StoredDataSource, 'passwordIn' | 'clientKeyIn'> {
  return {
    passwordIn: row.secret_saved === 1 ? row.secret_place : null,
    clientKeyIn: row.client_key_saved === 1 ? row.client_key_place : null,
  }
}

const Row = Marks.extend({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['postgres', 'sample']),
  host: z.string(),
  port: z.int(),
  database_name: z.string(),
  user_name: z.string(),
  sslmode: DataSource.shape.sslmode,
  root_certificate_pem: z.string().nullable(),
  client_certificate_pem: z.string().nullable(),
  search_path: z.string().nullable(),
  environment: DataSource.shape.environment,
  read_only: z.int(),
  keep_failing_values: z.int(),
  statement_timeout_ms: z.int().nullable(),
  password_needed: z.int(),
  created_at: z.string(),
})

function fromRow(value: unknown): StoredDataSource {
  const row = Row.parse(value)
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    host: row.host,
    port: row.port,
    database: row.database_name,
    user: row.user_name,
    sslmode: row.sslmode satisfies Sslmode,
    rootCertificatePem: row.root_certificate_pem,
    clientCertificatePem: row.client_certificate_pem,
    searchPath: row.search_path === null ? null : z.array(z.string()).parse(JSON.parse(row.search_path)),
    environment: row.environment,
    readOnly: row.read_only === 1,
    keepFailingValues: row.keep_failing_values === 1,
    statementTimeoutMs: row.statement_timeout_ms,
    ...placesOf(row),
    passwordNeeded: row.password_needed === 1,
    createdAt: row.created_at,
  }
}

function toRow(source: StoredDataSource) {
  return {
    ...source,
    searchPath: source.searchPath === null ? null : JSON.stringify(source.searchPath),
    readOnly: source.readOnly ? 1 : 0,
    keepFailingValues: source.keepFailingValues ? 1 : 0,
    secretSaved: source.passwordIn === null ? 0 : 1,
    secretPlace: source.passwordIn ?? 'keychain',
    clientKeySaved: source.clientKeyIn === null ? 0 : 1,
    clientKeyPlace: source.clientKeyIn ?? 'keychain',
    passwordNeeded: source.passwordNeeded ? 1 : 0,
  }
}
