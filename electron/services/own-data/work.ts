import { join } from 'node:path'
import { z } from 'zod'
import { AssetRecords } from '#services/assets/records.ts'
import { DataSourceRecords, type StoredDataSource } from '#services/data-sources/records.ts'
import { ExpectationRecords } from '#services/expectations/records.ts'
import { QueryDrafts } from '#services/query/drafts.ts'
import { QueryMacros } from '#services/query/macros.ts'
import { backUp } from '#services/store/copy.ts'
import { replaceContents, requireOwnFile, requireOwnTables, type SecretMarks } from '#services/store/replace.ts'
import { STORE_FILE, Store } from '#services/store/store.ts'
import { RunRecords } from '#services/validation/records.ts'
import { invalid, isAppError } from '#shared/contract/errors.ts'
import { DataSource } from '#shared/model/data-source.ts'
import type { BackupContents } from '#shared/model/own-data.ts'
import { HistoryEntry } from '#shared/model/query.ts'

/** What is done with whole files. It may take as long as the files are large, so it runs in a thread of its own (own-data-worker.ts). */

export type Work =
  /** The rows of the data folder as a file. */
  | { readonly kind: 'copy'; readonly dataFolder: string; readonly target: string }
  /** Is what lies in `folder` (under the store's name) a backup of ours? It is brought to this version there. */
  | { readonly kind: 'inspect'; readonly dataFolder: string; readonly folder: string }
  | { readonly kind: 'restore'; readonly dataFolder: string; readonly folder: string; readonly aside: string; readonly marks: SecretMarks }

export interface Inspection {
  readonly contents: BackupContents
  readonly sources: readonly StoredDataSource[]
}

export function doWork(work: Work): Inspection | null {
  switch (work.kind) {
    case 'copy':
      withStore(work.dataFolder, (store) => backUp(store.database, work.target))
      return null
    case 'inspect':
      return withStore(work.dataFolder, (own) => inspect(work.folder, own))
    case 'restore':
      withStore(work.dataFolder, (store) => replaceContents(store, join(work.folder, STORE_FILE), work.aside, work.marks))
      return null
  }
}

function inspect(folder: string, own: Store): Inspection {
  requireOwnFile(join(folder, STORE_FILE))
  const incoming = openIncoming(folder)
  try {
    requireOwnTables(incoming.database, own.database)
    return read(incoming)
  } finally {
    incoming.dispose()
  }
}

function openIncoming(folder: string): Store {
  try {
    return Store.open(folder, { migrate: true, damaged: 'refuse' })
  } catch (error) {
    if (isAppError(error, 'UNAVAILABLE') && error.detail.cause === 'store-damaged')
      throw invalid('This file is damaged: it cannot be restored.', 'file')
    if (isAppError(error, 'UNAVAILABLE') && error.detail.cause === 'store-version') {
      throw invalid('This backup was made by a newer Plumbline. Restore it with that one.', 'file')
    }
    // A disk that is full, or fails, says nothing about the file.
    if (isAppError(error, 'UNAVAILABLE') && !error.detail.cause.startsWith('store-')) throw error
    if (isAppError(error)) throw invalid('This file is not a backup of Plumbline.', 'file')
    throw error
  }
}

/** By the same records and shapes that will be read later: a row that they refuse would leave whole screens empty. */
function read(store: Store): Inspection {
  try {
    const sources = new DataSourceRecords(store).list()
    for (const source of sources) StoredSource.parse(source)
    readTexts(store)
    const assets = new AssetRecords(store).list()
    const expectations = new ExpectationRecords(store)
    const runs = new RunRecords(store)
    runs.list(null, 1_000)
    const count = (sql: string): number => Number(store.database.prepare(sql).pluck().get())
    return {
      sources,
      contents: {
        dataSources: sources.length,
        assets: assets.length,
        expectations: assets.reduce((sum, { id }) => sum + expectations.list(id).length, 0),
        runs: count('SELECT count(*) FROM runs'),
        queries: count('SELECT count(*) FROM query_history'),
        newestAt: store.database
          .prepare(
            'SELECT max(at) FROM (SELECT max(started_at) AS at FROM runs UNION ALL SELECT max(updated_at) FROM data_sources UNION ALL SELECT max(started_at) FROM query_history)',
          )
          .pluck()
          .get() as string | null,
      },
    }
  } catch {
    throw invalid('This backup holds data that this Plumbline cannot read.', 'file')
  }
}

const StoredSource = DataSource.omit({ passwordState: true })
const Drafts = z.array(z.object({ tabId: z.uuid(), dataSourceId: z.uuid().nullable(), title: z.string(), sql: z.string() }))
const Installation = z.tuple([z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) })])

/** What a person wrote, and by which name this installation knows its own roles. */
function readTexts(store: Store): void {
  const { database } = store
  new QueryMacros(store).list()
  Drafts.parse(new QueryDrafts(store).list())
  Installation.parse(database.prepare('SELECT id FROM installation').all())
  const history = database.prepare(
    `SELECT id, data_source_id AS dataSourceId, sql, started_at AS startedAt, duration_ms AS durationMs, outcome, row_count AS rowCount, problem, source FROM query_history`,
  )
  for (const entry of history.iterate()) HistoryEntry.parse(entry)
  // SECURITY: after the last number there is, SQLite takes no row any more.
  for (const table of ['runs', 'expectations', 'query_history']) {
    const last = database.prepare(
      `SELECT max(coalesce((SELECT max(sequence) FROM ${table}), 0), coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = ?), 0))`,
    )
    z.int().max(LAST_SEQUENCE).parse(last.pluck().get(table))
  }
}

/** Half of what a number of JavaScript's can count. */
const LAST_SEQUENCE = 2 ** 52

function withStore<Result>(dataFolder: string, use: (store: Store) => Result): Result {
  const store = Store.open(dataFolder, { migrate: false })
  try {
    return use(store)
  } finally {
    store.dispose()
  }
}
