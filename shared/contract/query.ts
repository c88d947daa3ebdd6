import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Column, RelationKind } from '#shared/model/data-source.ts'
import { HistoryEntry, QueryEvent, ResultWindow } from '#shared/model/query.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const query = {
  /** The object tree, a level at a time. */
  schemas: procedure
    .input(z.strictObject({ dataSourceId: z.uuid() }))
    .output(z.array(z.object({ name: z.string(), relationCount: z.int() }))),
  relations: procedure
    .input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string() }))
    .output(z.array(z.object({ name: z.string(), kind: RelationKind, comment: z.string().nullable() }))),
  columns: procedure.input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string(), relation: z.string() })).output(z.array(Column)),
  /**
   * Runs a script, one statement a message, each committed by itself. Leaving the stream cancels on the server.
   * Results stay readable by `window` until `close`, or until the tab's next run.
   */
  run: procedure
    .input(
      z.strictObject({
        runId: z.uuid(),
        dataSourceId: z.uuid(),
        /** The tab: its earlier results are dropped when it runs again. */
        tabId: z.uuid(),
        sql: z.string().max(2_000_000),
        readOnly: z.boolean(),
        rowLimit: z.int().min(1).max(10_000),
        /** false for what the app asks on a person's behalf, for example "Show failing rows". */
        keepInHistory: z.boolean(),
      }),
    )
    .output(eventIterator(QueryEvent)),
  cancel: procedure.input(z.strictObject({ runId: z.uuid() })).output(nothing),
  window: procedure
    .input(
      z.strictObject({ resultId: z.uuid(), from: z.int().min(0), count: z.int().min(0).max(500), clipLength: z.int().min(16).max(10_000) }),
    )
    .output(ResultWindow),
  /** A full value, up to 1 MiB of text; `truncated` says when there is more. */
  cell: procedure
    .input(z.strictObject({ resultId: z.uuid(), row: z.int().min(0), column: z.int().min(0) }))
    .output(z.object({ value: z.string().nullable(), truncated: z.boolean(), sizeBytes: z.int() })),
  close: procedure.input(z.strictObject({ tabId: z.uuid() })).output(nothing),
  history: {
    list: procedure
      .input(z.strictObject({ dataSourceId: z.uuid(), search: z.string().max(1_000), limit: z.int().min(1).max(1_000) }))
      .output(z.array(HistoryEntry)),
    remove: procedure.input(byId).output(nothing),
  },
  /** The text of each tab, saved at each pause. */
  drafts: {
    list: procedure
      .input(nothing)
      .output(z.array(z.object({ tabId: z.uuid(), dataSourceId: z.uuid().nullable(), title: z.string(), sql: z.string() }))),
    save: procedure
      .input(
        z.strictObject({ tabId: z.uuid(), dataSourceId: z.uuid().nullable(), title: z.string().max(200), sql: z.string().max(2_000_000) }),
      )
      .output(nothing),
    remove: procedure.input(z.strictObject({ tabId: z.uuid() })).output(nothing),
  },
}
