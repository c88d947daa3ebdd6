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

/** What happens while a script runs, in order. Row counts are throttled to a few a second. */
export const QueryEvent = z.discriminatedUnion('type', [
  /** `from`, `to`: characters of the given text. */
  z.object({ type: z.literal('statement'), index: z.int(), count: z.int(), from: z.int(), to: z.int() }),
  z.object({ type: z.literal('result'), index: z.int(), resultId: z.uuid(), columns: z.array(ResultColumn) }),
  z.object({ type: z.literal('rows'), resultId: z.uuid(), rowCount: z.int(), done: z.boolean(), limited: z.boolean() }),
  z.object({ type: z.literal('notice'), index: z.int(), problem: DatabaseProblem }),
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
 * that a spreadsheet would take for a formula begins with an apostrophe. `json`: an array of objects; numbers with all their digits.
 */
export const ExportFormat = z.enum(['csv-exact', 'csv-spreadsheet', 'json'])
export type ExportFormat = z.infer<typeof ExportFormat>

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
