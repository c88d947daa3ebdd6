import type { Changes } from '#services/changes.ts'
import { whileRunning } from '#services/events.ts'
import { rpc } from '#services/rpc.ts'
import type { ExportEvent, QueryEvent } from '#shared/model/query.ts'
import type { ArrangeEvent, FactsEvent, FindEvent, SummaryEvent } from '#shared/model/query-result.ts'
import type { QueryDrafts } from './drafts.ts'
import type { QueryHistory } from './history.ts'
import type { QueryMacros } from './macros.ts'
import type { ObjectTree } from './object-tree.ts'
import type { Queries } from './queries.ts'

export interface QueryProcedureParts {
  readonly queries: Queries
  readonly tree: ObjectTree
  readonly history: QueryHistory
  readonly drafts: QueryDrafts
  readonly macros: QueryMacros
  readonly changes: Changes
}

/** The contract's `query`. */
export function queryProcedures({ queries, tree, history, drafts, macros, changes }: QueryProcedureParts) {
  return {
    schemas: rpc.query.schemas.handler(({ input, signal }) => tree.schemas(input.dataSourceId, signal)),
    relations: rpc.query.relations.handler(({ input, signal }) => tree.relations(input.dataSourceId, input.schema, signal)),
    partitions: rpc.query.partitions.handler(({ input, signal }) =>
      tree.partitions(input.dataSourceId, input.schema, input.relation, signal),
    ),
    columns: rpc.query.columns.handler(({ input, signal }) => tree.columns(input.dataSourceId, input.schema, input.relation, signal)),
    objects: rpc.query.objects.handler(({ input, signal }) => tree.objects(input.dataSourceId, input.schema, signal)),
    relationDetails: rpc.query.relationDetails.handler(({ input, signal }) =>
      tree.relationDetails(input.dataSourceId, input.schema, input.relation, signal),
    ),
    objectDetails: rpc.query.objectDetails.handler(({ input, signal }) => tree.objectDetails(input.dataSourceId, input, signal)),
    find: rpc.query.find.handler(({ input, signal }) => tree.find(input.dataSourceId, input.search, signal)),
    completion: {
      words: rpc.query.completion.words.handler(({ input, signal }) => tree.completionWords(input.dataSourceId, signal)),
      relations: rpc.query.completion.relations.handler(({ input, signal }) =>
        tree.completionRelations(input.dataSourceId, input.after, signal),
      ),
      columns: rpc.query.completion.columns.handler(({ input, signal }) =>
        tree.completionColumns(input.dataSourceId, input.schema, input.name, signal),
      ),
    },
    run: rpc.query.run.handler(({ input, signal }) => whileRunning<QueryEvent>(signal, (push, stop) => queries.run(input, stop, push))),
    cancel: rpc.query.cancel.handler(({ input }) => {
      queries.cancel(input.runId)
      return {}
    }),
    window: rpc.query.window.handler(({ input }) => queries.views.window(input)),
    cell: rpc.query.cell.handler(({ input }) => queries.views.cell(input.resultId, input.arrangementId, input.row, input.column)),
    cellPart: rpc.query.cellPart.handler(({ input }) => queries.views.cellPart(input)),
    arrange: rpc.query.arrange.handler(({ input, signal }) =>
      whileRunning<ArrangeEvent>(signal, (push, stop) => queries.views.arrange(input, stop, push)),
    ),
    findInRows: rpc.query.findInRows.handler(({ input, signal }) =>
      whileRunning<FindEvent>(signal, (push, stop) => queries.views.find(input, stop, push)),
    ),
    hit: rpc.query.hit.handler(({ input }) => queries.views.hit(input.findId, input.from, input.step)),
    summarise: rpc.query.summarise.handler(({ input, signal }) =>
      whileRunning<SummaryEvent>(signal, (push, stop) => queries.views.summarise(input, stop, push)),
    ),
    facts: rpc.query.facts.handler(({ input, signal }) =>
      whileRunning<FactsEvent>(signal, (push, stop) => queries.views.facts(input, stop, push)),
    ),
    export: rpc.query.export.handler(({ input, signal }) =>
      whileRunning<ExportEvent>(signal, (push, stop) => queries.export(input, stop, push)),
    ),
    session: rpc.query.session.handler(({ input }) => queries.session(input.tabId, input.afterNotification)),
    endTransaction: rpc.query.endTransaction.handler(({ input }) => queries.endTransaction(input.tabId, input.how)),
    keepTransaction: rpc.query.keepTransaction.handler(({ input }) => queries.keepTransaction(input.tabId)),
    connect: rpc.query.connect.handler(({ input, signal }) => queries.connect(input.tabId, input.dataSourceId, signal)),
    close: rpc.query.close.handler(async ({ input }) => {
      await queries.close(input.tabId)
      return {}
    }),
    history: {
      list: rpc.query.history.list.handler(({ input }) => history.list(input)),
      remove: rpc.query.history.remove.handler(({ input }) => ({ ids: history.remove(input.dataSourceId, input.ids) })),
      restore: rpc.query.history.restore.handler(({ input }) => {
        history.restore(input.ids)
        return {}
      }),
    },
    macros: {
      list: rpc.query.macros.list.handler(() => macros.list()),
      save: rpc.query.macros.save.handler(({ input }) => {
        macros.save(input)
        changes.emit('macros')
        return {}
      }),
      remove: rpc.query.macros.remove.handler(({ input }) => {
        macros.remove(input.id)
        changes.emit('macros')
        return {}
      }),
    },
    drafts: {
      list: rpc.query.drafts.list.handler(() => drafts.list()),
      save: rpc.query.drafts.save.handler(({ input }) => {
        drafts.save(input)
        return {}
      }),
      remove: rpc.query.drafts.remove.handler(({ input }) => {
        drafts.remove(input.tabId)
        return {}
      }),
    },
  }
}
