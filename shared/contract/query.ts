import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { CompletionColumns, CompletionPage, CompletionWords } from '#shared/model/completion.ts'
import { Column, RelationKind } from '#shared/model/data-source.ts'
import { DatabaseObject, FoundName, ObjectDetails, ObjectKind, RelationDetails, TreePartition } from '#shared/model/database-object.ts'
import {
  ExportEvent,
  ExportFormat,
  ExportSource,
  GivenParameters,
  HistoryEntry,
  QueryEvent,
  ResultWindow,
  RunSource,
  SessionOptions,
  SessionState,
} from '#shared/model/query.ts'
import { QueryMacro } from '#shared/model/query-macro.ts'
import {
  ArrangeEvent,
  CellPart,
  FactsEvent,
  FindEvent,
  ResultCondition,
  ResultPlace,
  ResultSort,
  SelectedCells,
  SummaryEvent,
} from '#shared/model/query-result.ts'
import { byId, nothing, procedure } from './procedure.ts'

/** So many that only the room for rows is a limit, for exports. */
const MAX_ROWS = 100_000_000

/** `arrangementId` left out: the rows as they came. */
const ofResult = { resultId: z.uuid(), arrangementId: z.uuid().optional() }

export const query = {
  /** The object tree, a level at a time. */
  schemas: procedure
    .input(z.strictObject({ dataSourceId: z.uuid() }))
    .output(z.array(z.object({ name: z.string(), relationCount: z.int() }))),
  relations: procedure.input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string() })).output(
    z.array(
      z.object({
        name: z.string(),
        kind: RelationKind,
        comment: z.string().nullable(),
        /** null: it is not partitioned. */
        partitionCount: z.int().nullable(),
      }),
    ),
  ),
  /** Of a partitioned table; `relations` leaves them out. */
  partitions: procedure
    .input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string(), relation: z.string() }))
    .output(z.array(TreePartition)),
  columns: procedure.input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string(), relation: z.string() })).output(z.array(Column)),
  /** Functions, sequences and types of a schema; of null, roles and extensions. */
  objects: procedure.input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string().nullable() })).output(z.array(DatabaseObject)),
  /** Keys, indexes, triggers, policies and grants of a relation, and the statements that make it anew. */
  relationDetails: procedure
    .input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string(), relation: z.string() }))
    .output(RelationDetails),
  objectDetails: procedure
    .input(z.strictObject({ dataSourceId: z.uuid(), kind: ObjectKind, oid: z.int().min(0).max(4_294_967_295) }))
    .output(ObjectDetails),
  /** Tables and columns whose names have each of the words in them. The server looks; at most some hundred come. */
  find: procedure.input(z.strictObject({ dataSourceId: z.uuid(), search: z.string().max(200) })).output(z.array(FoundName)),
  /** What the editor completes from; never asked on a tab's own session. */
  completion: {
    words: procedure.input(z.strictObject({ dataSourceId: z.uuid() })).output(CompletionWords),
    relations: procedure
      .input(z.strictObject({ dataSourceId: z.uuid(), after: z.strictObject({ schema: z.string(), name: z.string() }).nullable() }))
      .output(CompletionPage),
    /** `schema` null: as the search path finds it. */
    columns: procedure
      .input(z.strictObject({ dataSourceId: z.uuid(), schema: z.string().nullable(), name: z.string() }))
      .output(CompletionColumns.nullable()),
  },
  /**
   * Runs a script, one statement a message, each committed by itself unless `session` says otherwise. Leaving the stream cancels on the server.
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
        /** Rows of each result that are kept; the room for them is bounded as well, and `limited` says when there were more. */
        rowLimit: z.int().min(1).max(MAX_ROWS),
        /** The server ends a statement that takes longer. Only with `readOnly`; left out: no limit of ours. */
        statementTimeoutMs: z.int().min(1).max(3_600_000).optional(),
        /** The tab's own session, which stays with its settings, temporary tables and transaction. Left out: one for this run only. */
        session: SessionOptions.optional(),
        /** false for what the app asks on a person's behalf, for example "Show failing rows". */
        keepInHistory: z.boolean(),
        /** Of what the history says that it came from; left out: `execute`. */
        source: RunSource.optional(),
        parameters: GivenParameters.optional(),
      }),
    )
    .output(eventIterator(QueryEvent)),
  cancel: procedure.input(z.strictObject({ runId: z.uuid() })).output(nothing),
  /** The tab's session, as it is now, with the notifications after this one. */
  session: procedure.input(z.strictObject({ tabId: z.uuid(), afterNotification: z.int().min(0) })).output(SessionState),
  /** `commandTag` is the server's: a COMMIT of a failed transaction is answered with ROLLBACK. */
  endTransaction: procedure
    .input(z.strictObject({ tabId: z.uuid(), how: z.enum(['commit', 'rollback']) }))
    .output(z.object({ commandTag: z.string(), state: SessionState })),
  /** The person has seen that the transaction waits: its clock begins anew. */
  keepTransaction: procedure.input(z.strictObject({ tabId: z.uuid() })).output(SessionState),
  /** A new session where there is none or it was lost. What the one before held is gone. */
  connect: procedure.input(z.strictObject({ tabId: z.uuid(), dataSourceId: z.uuid() })).output(SessionState),
  window: procedure
    .input(z.strictObject({ ...ofResult, from: z.int().min(0), count: z.int().min(0).max(500), clipLength: z.int().min(16).max(10_000) }))
    .output(ResultWindow),
  /** A full value, up to 1 MiB of text; `truncated` says when there is more. */
  cell: procedure
    .input(z.strictObject({ ...ofResult, row: z.int().min(0), column: z.int().min(0) }))
    .output(z.object({ value: z.string().nullable(), truncated: z.boolean(), sizeBytes: z.int() })),
  /** Bytes `from` and on of a value. */
  cellPart: procedure
    .input(
      z.strictObject({
        ...ofResult,
        row: z.int().min(0),
        column: z.int().min(0),
        from: z.int().min(0),
        length: z.int().min(16).max(1_048_576),
      }),
    )
    .output(CellPart),
  /**
   * The rows that were read in another order, or some of them; the query does not run again. Of a result, the last two arrangements are
   * kept. Leaving the stream stops the work, as it does for the next three.
   */
  arrange: procedure
    .input(z.strictObject({ resultId: z.uuid(), sort: z.array(ResultSort).max(16), conditions: z.array(ResultCondition).max(32) }))
    .output(eventIterator(ArrangeEvent)),
  /** Cells that hold a text. The hits are kept until the next search in the result. */
  findInRows: procedure
    .input(z.strictObject({ ...ofResult, text: z.string().min(1).max(10_000), matchCase: z.boolean() }))
    .output(eventIterator(FindEvent)),
  /** The hit after a place, or the one before it, around the ends. null: there is none. */
  hit: procedure
    .input(z.strictObject({ findId: z.uuid(), from: ResultPlace, step: z.enum(['next', 'previous']) }))
    .output(z.object({ index: z.int(), place: ResultPlace }).nullable()),
  summarise: procedure.input(z.strictObject({ ...ofResult, cells: SelectedCells })).output(eventIterator(SummaryEvent)),
  facts: procedure.input(z.strictObject({ ...ofResult, column: z.int().min(0) })).output(eventIterator(FactsEvent)),
  /**
   * Writes rows into a file of the person's, which is there whole or not at all; where, the host asks. Leaving the stream ends it.
   * Errors: DATABASE for what the server refuses, INVALID for a statement that may do more than read, UNAVAILABLE for a file that cannot be written.
   */
  export: procedure
    .input(
      z.strictObject({
        source: ExportSource,
        format: ExportFormat,
        /** What the file is called to begin with. */
        name: z.string().min(1).max(200),
      }),
    )
    .output(eventIterator(ExportEvent)),
  close: procedure.input(z.strictObject({ tabId: z.uuid() })).output(nothing),
  history: {
    list: procedure
      .input(
        z.strictObject({
          dataSourceId: z.uuid(),
          search: z.string().max(1_000),
          limit: z.int().min(1).max(1_000),
          /** The last entry that is known already. */
          before: z.uuid().nullable().default(null),
        }),
      )
      .output(z.array(HistoryEntry)),
    /** `ids` null: all of the data source. Gives back what was removed, which `restore` can bring back for a minute. */
    remove: procedure
      .input(z.strictObject({ dataSourceId: z.uuid(), ids: z.array(z.uuid()).nullable() }))
      .output(z.object({ ids: z.array(z.uuid()) })),
    restore: procedure.input(z.strictObject({ ids: z.array(z.uuid()) })).output(nothing),
  },
  /** Statements of a person's own, run by key. */
  macros: {
    list: procedure.input(nothing).output(z.array(QueryMacro)),
    /** Adds it, or changes the one with its id. */
    save: procedure.input(QueryMacro).output(nothing),
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
