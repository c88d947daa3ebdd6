import type { Store } from '#services/store/store.ts'
import { notFound } from '#shared/contract/errors.ts'
import { type BatchDefinition, toBatchDefinition } from '#shared/model/batch.ts'
import { AssetProfile, DataAsset } from '#shared/model/data-asset.ts'

/** Data assets and their profiles in the store. */

export interface NewAsset {
  readonly id: string
  readonly dataSourceId: string
  readonly name: string
  readonly kind: DataAsset['kind']
  readonly schema: string
  readonly relation: string
  /** null: the relation itself. */
  readonly query: string | null
  readonly comment: string | null
  readonly createdAt: string
}

/** What the store alone knows of an asset. */
export type StoredAsset = Omit<DataAsset, 'expectationCount' | 'lastRun' | 'lastSettledRun'>

interface Row {
  readonly id: string
  readonly data_source_id: string
  readonly data_source_name: string
  readonly name: string
  readonly kind: string
  readonly schema_name: string
  readonly relation_name: string
  readonly query_sql: string | null
  readonly comment: string | null
  readonly batch_interval: string
  readonly batch_column: string | null
  readonly created_at: string
}

const SELECT = `
  SELECT a.id, a.data_source_id, d.name AS data_source_name, a.name, a.kind, a.schema_name, a.relation_name, a.query_sql, a.comment, a.batch_interval, a.batch_column,
    a.created_at
  FROM data_assets a JOIN data_sources d ON d.id = a.data_source_id`

export class AssetRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** By name. */
  list(): StoredAsset[] {
    return this.#store.database.prepare<[], Row>(`${SELECT} ORDER BY a.name, a.id`).all().map(toStored)
  }

  get(id: string): StoredAsset {
    const row = this.#store.database.prepare<[string], Row>(`${SELECT} WHERE a.id = ?`).get(id)
    if (row === undefined) throw notFound('data asset')
    return toStored(row)
  }

  /** `own`: an asset that may have it. */
  isNameTaken(name: string, own: string | null = null): boolean {
    return this.#store.database.prepare('SELECT 1 FROM data_assets WHERE name = ? AND id IS NOT ?').get(name, own) !== undefined
  }

  /** Runs `work` so that it is stored as a whole or not at all. */
  together<Result>(work: () => Result): Result {
    return this.#store.transaction(work)
  }

  exists(dataSourceId: string, schema: string, relation: string): boolean {
    return (
      this.#store.database
        .prepare('SELECT 1 FROM data_assets WHERE data_source_id = ? AND schema_name = ? AND relation_name = ?')
        .get(dataSourceId, schema, relation) !== undefined
    )
  }

  insert(asset: NewAsset): void {
    this.#store.database
      .prepare(
        `INSERT INTO data_assets (id, data_source_id, name, kind, schema_name, relation_name, query_sql, comment, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(asset.id, asset.dataSourceId, asset.name, asset.kind, asset.schema, asset.relation, asset.query, asset.comment, asset.createdAt)
  }

  /** Of a query asset. */
  changeQuery(id: string, name: string, query: string): void {
    this.#store.database
      .prepare('UPDATE data_assets SET name = ?, relation_name = ?, query_sql = ? WHERE id = ?')
      .run(name, name, query, id)
  }

  configureBatches(id: string, batches: BatchDefinition): void {
    const column = batches.interval === 'whole-table' ? null : batches.column
    this.#store.database
      .prepare('UPDATE data_assets SET batch_interval = ?, batch_column = ? WHERE id = ?')
      .run(batches.interval, column, id)
  }

  /** Its expectations, runs and profile go with it. */
  remove(id: string): void {
    const { changes } = this.#store.database.prepare('DELETE FROM data_assets WHERE id = ?').run(id)
    if (changes === 0) throw notFound('data asset')
  }

  profile(assetId: string): AssetProfile | null {
    const row = this.#store.database.prepare<[string], { profile: string }>('SELECT profile FROM profiles WHERE asset_id = ?').get(assetId)
    return row === undefined ? null : AssetProfile.parse(JSON.parse(row.profile))
  }

  saveProfile(profile: AssetProfile): void {
    this.#store.database
      .prepare(
        `INSERT INTO profiles (asset_id, measured_at, profile) VALUES (?, ?, ?)
         ON CONFLICT (asset_id) DO UPDATE SET measured_at = excluded.measured_at, profile = excluded.profile`,
      )
      .run(profile.assetId, profile.measuredAt, JSON.stringify(profile))
  }
}

export function toDataAsset(asset: StoredAsset, expectationCount: number, runs: Pick<DataAsset, 'lastRun' | 'lastSettledRun'>): DataAsset {
  return { ...asset, expectationCount, ...runs }
}

function toStored(row: Row): StoredAsset {
  return DataAsset.omit({ expectationCount: true, lastRun: true, lastSettledRun: true }).parse({
    id: row.id,
    dataSourceId: row.data_source_id,
    dataSourceName: row.data_source_name,
    name: row.name,
    kind: row.kind,
    schema: row.schema_name,
    relation: row.relation_name,
    query: row.query_sql,
    comment: row.comment,
    batches: toBatchDefinition(row.batch_interval, row.batch_column),
    createdAt: row.created_at,
  })
}
