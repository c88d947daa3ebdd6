import { z } from 'zod'

/** What the query pane sends and shows. Cells are the server's own text; rows are pulled by window, never pushed. */

export const ResultColumn = z.object({
  name: z.string(),
  /** As `format_type` writes it. */
  type: z.string(),
  typeOid: z.int(),
})
export type ResultColumn = z.infer<typeof ResultColumn>

/** An error of the server, as it sent it. `position` counts characters (not UTF-16 units) from 1 within the whole text given to run. */
export const DatabaseProblem = z.object({
  sqlstate: z.string().nullable(),
  severity: z.string(),
  message: z.string(),
  detail: z.string().nullable(),
  hint: z.string().nullable(),
  where: z.string().nullable(),
  position: z.int().nullable(),
})
export type DatabaseProblem = z.infer<typeof DatabaseProblem>

export const Isolation = z.enum(['default', 'read committed', 'repeatable read', 'serializable'])
export type Isolation = z.infer<typeof Isolation>

/** How a tab's own session runs a script. */
export const SessionOptions = z.strictObject({
  /** true: each statement commits by itself. false: the first one begins a transaction, which stays until it is committed or rolled back. */
  autocommit: z.boolean(),
  /** With `autocommit` off: a failed statement rolls the whole transaction back. Otherwise it stays, failed, for the person to end. */
  rollbackOnError: z.boolean(),
  /** With `autocommit` on: all of the script or nothing. */
  oneTransaction: z.boolean(),
  /** Where each statement commits by itself: whether the ones after a failed one run. */
  afterError: z.enum(['stop', 'go-on']),
  /** Of the transactions that are begun here; `default`: what the server or role has set. */
  isolation: Isolation,
  /** An open transaction in which nothing runs for this long is rolled back: it holds locks, and old rows that cannot be cleaned up. null: it stays. */
  idleLimitMs: z.int().min(100).max(86_400_000).nullable(),
})
export type SessionOptions = z.infer<typeof SessionOptions>

/** What NOTIFY sent to a session that listens. */
export const Notification = z.object({
  /** Counts up within a session, from 1. */
  number: z.int(),
  receivedAt: z.iso.datetime(),
  channel: z.string(),
  payload: z.string(),
  processId: z.int(),
})
export type Notification = z.infer<typeof Notification>

/** The session of a tab, in the states that libpq knows. `none`: there is none yet. `lost`: it ended on the server, with all that it held. */
export const SessionState = z.object({
  status: z.enum(['none', 'idle', 'active', 'transaction', 'failed', 'lost']),
  /** Of the open transaction: it can only read. */
  readOnly: z.boolean(),
  processId: z.int().nullable(),
  /** In a transaction in which nothing runs: for how long, and when it will be rolled back. */
  idleMs: z.number().nullable(),
  rollbackInMs: z.number().nullable(),
  /** What happened to it without the person's doing, for example that an idle transaction was rolled back. */
  note: z.string().nullable(),
  /** Those after the one that was asked for. */
  notifications: z.array(Notification),
})
export type SessionState = z.infer<typeof SessionState>

/** What happens while a script runs, in order. Row counts are throttled to a few a second. */
export const QueryEvent = z.discriminatedUnion('type', [
  /** `from`, `to`: characters of the given text. */
  z.object({ type: z.literal('statement'), index: z.int(), count: z.int(), from: z.int(), to: z.int() }),
  z.object({ type: z.literal('result'), index: z.int(), resultId: z.uuid(), columns: z.array(ResultColumn) }),
  z.object({
    type: z.literal('rows'),
    resultId: z.uuid(),
    rowCount: z.int(),
    done: z.boolean(),
    /** There were more rows than were kept. */
    limited: z.boolean(),
    /** Its statement only reads, so that it may be run again for more rows. */
    repeatable: z.boolean(),
  }),
  z.object({ type: z.literal('notice'), index: z.int(), problem: DatabaseProblem }),
  /** Names that were perhaps meant by the statement that failed. */
  z.object({ type: z.literal('suggestion'), index: z.int(), names: z.array(z.string()) }),
  z.object({ type: z.literal('session'), state: SessionState }),
  z.object({ type: z.literal('complete'), index: z.int(), commandTag: z.string(), durationMs: z.number() }),
  z.object({ type: z.literal('failed'), index: z.int(), problem: DatabaseProblem, durationMs: z.number() }),
  z.object({
    type: z.literal('finished'),
    outcome: z.enum(['complete', 'failed', 'cancelled']),
    durationMs: z.number(),
    /** How a cancel ended: the server cancelled, the session was ended, or the connection was dropped. */
    cancelledBy: z.enum(['cancel', 'terminate', 'disconnect']).nullable(),
  }),
])
export type QueryEvent = z.infer<typeof QueryEvent>

/** A rectangle of a result. A cell longer than the clip length is cut and marked. */
export const ResultWindow = z.object({
  from: z.int(),
  rows: z.array(z.array(z.string().nullable())),
  /** [row, column] of clipped cells, relative to `from`. */
  clipped: z.array(z.tuple([z.int(), z.int()])),
})
export type ResultWindow = z.infer<typeof ResultWindow>

/**
 * `csv-exact`: RFC 4180, each value as the server wrote it, NULL empty and an empty text in quotes. `csv-spreadsheet`: the same, but a text
 * that a spreadsheet would take for a formula begins with an apostrophe. `tsv`: PostgreSQL's own COPY text format, with the names in
 * the first line. `json`: an array of objects; numbers with all their digits. `json-lines`: an object a line.
 * `parquet`: Apache Parquet, each column of the type that holds its values without losing any; texts where there is none.
 */
export const ExportFormat = z.enum(['csv-exact', 'csv-spreadsheet', 'tsv', 'json', 'json-lines', 'parquet'])
export type ExportFormat = z.infer<typeof ExportFormat>

/** Which rows go into the file. */
export const ExportSource = z.discriminatedUnion('kind', [
  /** Those that were read and are kept: nothing runs again. */
  z.strictObject({
    kind: z.literal('kept'),
    resultId: z.uuid(),
    /** In this order, and only these; left out: all as they came. */
    arrangementId: z.uuid().optional(),
  }),
  /** All of them, without a limit: one SELECT that only reads, run again in a read-only transaction. */
  z.strictObject({
    kind: z.literal('again'),
    dataSourceId: z.uuid(),
    sql: z.string().max(2_000_000),
    /** The tab in whose session it runs, with what that has set and its temporary tables. null: a session for this export only. */
    tab: z.strictObject({ tabId: z.uuid(), session: SessionOptions }).nullable(),
    /** The server ends it after this long; left out: no limit of ours. */
    statementTimeoutMs: z.int().min(1).max(3_600_000).optional(),
  }),
])
export type ExportSource = z.infer<typeof ExportSource>

export const ExportEvent = z.discriminatedUnion('type', [
  /** Where the page fetches the file from, once and soon; not told where the host writes it by itself. */
  z.object({ type: z.literal('download'), path: z.string() }),
  /** So many are in the file. `total` null: not known before the end. */
  z.object({ type: z.literal('rows'), rowCount: z.int(), total: z.int().nullable() }),
  /** The file is whole. */
  z.object({ type: z.literal('saved'), rowCount: z.int() }),
  /** The person closed the dialog that asked where to. */
  z.object({ type: z.literal('dismissed') }),
])
export type ExportEvent = z.infer<typeof ExportEvent>

export const HistoryEntry = z.object({
  id: z.uuid(),
  dataSourceId: z.uuid(),
  /** null: not stored, because it may hold a secret. */
  sql: z.string().nullable(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  outcome: z.enum(['complete', 'failed', 'cancelled']),
  rowCount: z.number().nullable(),
  /** The server's message when it failed. */
  problem: z.string().nullable(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>
