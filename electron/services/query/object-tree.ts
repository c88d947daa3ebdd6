import type { DataSources, Lease } from '#services/data-sources/data-sources.ts'
import { listColumns, listPartitions, listRelationNames, listSchemas, type NamedRelation } from '#services/postgres/catalog.ts'
import { listCompletionRelations, listCompletionWords, readCompletionColumns } from '#services/postgres/catalog-completion.ts'
import { findNames, listObjects, readObjectDetails } from '#services/postgres/catalog-objects.ts'
import { readRelationDetails } from '#services/postgres/relation-details.ts'
import type { CompletionColumns, CompletionPage, CompletionWords } from '#shared/model/completion.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { DatabaseObject, FoundName, ObjectDetails, RelationDetails, TreePartition } from '#shared/model/database-object.ts'

/** The object tree, a level at a time. */
export class ObjectTree {
  readonly #dataSources: DataSources

  constructor(dataSources: DataSources) {
    this.#dataSources = dataSources
  }

  schemas(dataSourceId: string, signal: AbortSignal | undefined): Promise<{ name: string; relationCount: number }[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listSchemas(connection, { signal }))
  }

  relations(dataSourceId: string, schema: string, signal: AbortSignal | undefined): Promise<NamedRelation[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listRelationNames(connection, schema, { signal }))
  }

  partitions(dataSourceId: string, schema: string, relation: string, signal: AbortSignal | undefined): Promise<TreePartition[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listPartitions(connection, schema, relation, { signal }))
  }

  columns(dataSourceId: string, schema: string, relation: string, signal: AbortSignal | undefined): Promise<Column[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listColumns(connection, schema, relation, { signal }))
  }

  objects(dataSourceId: string, schema: string | null, signal: AbortSignal | undefined): Promise<DatabaseObject[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listObjects(connection, schema, { signal }))
  }

  relationDetails(dataSourceId: string, schema: string, relation: string, signal: AbortSignal | undefined): Promise<RelationDetails> {
    return this.#with(dataSourceId, signal, ({ connection }) => readRelationDetails(connection, schema, relation, { signal }))
  }

  objectDetails(
    dataSourceId: string,
    object: Pick<DatabaseObject, 'kind' | 'oid'>,
    signal: AbortSignal | undefined,
  ): Promise<ObjectDetails> {
    return this.#with(dataSourceId, signal, ({ connection }) => readObjectDetails(connection, object, { signal }))
  }

  find(dataSourceId: string, search: string, signal: AbortSignal | undefined): Promise<FoundName[]> {
    const words = search.split(/\s+/).filter(Boolean)
    return this.#with(dataSourceId, signal, ({ connection }) => findNames(connection, words, { signal }))
  }

  completionWords(dataSourceId: string, signal: AbortSignal | undefined): Promise<CompletionWords> {
    return this.#with(dataSourceId, signal, ({ connection }) => listCompletionWords(connection, { signal }))
  }

  completionRelations(dataSourceId: string, after: CompletionPage['next'], signal: AbortSignal | undefined): Promise<CompletionPage> {
    return this.#with(dataSourceId, signal, ({ connection }) => listCompletionRelations(connection, after, { signal }))
  }

  completionColumns(
    dataSourceId: string,
    schema: string | null,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<CompletionColumns | null> {
    return this.#with(dataSourceId, signal, ({ connection }) => readCompletionColumns(connection, schema, name, { signal }))
  }

  async #with<Result>(dataSourceId: string, signal: AbortSignal | undefined, work: (lease: Lease) => Promise<Result>): Promise<Result> {
    const lease = await this.#dataSources.lease(dataSourceId, 'interactive', { signal })
    try {
      return await work(lease)
    } finally {
      await lease.release()
    }
  }
}
