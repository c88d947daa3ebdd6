import type { DataSources, Lease } from '#services/data-sources/data-sources.ts'
import { listColumns, listRelations, listSchemas } from '#services/postgres/catalog.ts'
import type { Column, RelationKind } from '#shared/model/data-source.ts'

/** The object tree, a level at a time. */
export class ObjectTree {
  readonly #dataSources: DataSources

  constructor(dataSources: DataSources) {
    this.#dataSources = dataSources
  }

  schemas(dataSourceId: string, signal: AbortSignal | undefined): Promise<{ name: string; relationCount: number }[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listSchemas(connection, { signal }))
  }

  relations(
    dataSourceId: string,
    schema: string,
    signal: AbortSignal | undefined,
  ): Promise<{ name: string; kind: RelationKind; comment: string | null }[]> {
    return this.#with(dataSourceId, signal, async ({ connection }) =>
      (await listRelations(connection, { signal, schema })).map(({ name, kind, comment }) => ({ name, kind, comment })),
    )
  }

  columns(dataSourceId: string, schema: string, relation: string, signal: AbortSignal | undefined): Promise<Column[]> {
    return this.#with(dataSourceId, signal, ({ connection }) => listColumns(connection, schema, relation, { signal }))
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
