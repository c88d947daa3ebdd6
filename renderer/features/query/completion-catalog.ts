import type { QueryClient } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { queries } from '#api/client.ts'
import type { CompletionPage, CompletionRelation, CompletionWords } from '#shared/model/completion.ts'
import type { EditorCatalog } from '#ui/sql-editor/completion.ts'

/** Names change seldom; what was made here is asked for at once, what others made after this. */
const STALE_MS = 5 * 60_000
const FIRST_WITHIN_MS = 1_500
/** Of a database with more, the rest is found behind its schema's tree only. */
const MOST_PARTS = 40

/** The names of a data source, read in parts once somebody writes; never on a tab's own session, and not while a tree is opened. */
export function useCompletionCatalog(dataSourceId: string | null): EditorCatalog | null {
  const client = useQueryClient()
  return useMemo(() => (dataSourceId === null ? null : new CompletionCatalog(client, dataSourceId)), [client, dataSourceId])
}

/** After a statement that made, changed or dropped something. */
export function forgetNames(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: queries.query.completion.key(), refetchType: 'none' })
}

class CompletionCatalog implements EditorCatalog {
  readonly #client: QueryClient
  readonly #dataSourceId: string
  #words: CompletionWords | null = null
  #parts: readonly CompletionPage[] = []
  #relations: readonly CompletionRelation[] = []
  #reading: Promise<void> | null = null
  #first: (PromiseWithResolvers<void> & { readonly soon: Promise<void> }) | null = null

  constructor(client: QueryClient, dataSourceId: string) {
    this.#client = client
    this.#dataSourceId = dataSourceId
  }

  prepare(namesAlone: boolean): Promise<void> {
    if (this.#first === null) {
      const first = Promise.withResolvers<void>()
      // A server that takes its time does not keep the key words back.
      const late = new Promise<void>((resolve) => setTimeout(resolve, FIRST_WITHIN_MS))
      this.#first = { ...first, soon: Promise.race([first.promise, late]) }
      this.#read()
    }
    return namesAlone ? this.#first.promise : this.#first.soon
  }

  words(): CompletionWords | null {
    this.#read()
    return this.#words
  }

  relations(): readonly CompletionRelation[] {
    return this.#relations
  }

  async columns(schema: string | null, name: string) {
    const input = { dataSourceId: this.#dataSourceId, schema, name }
    return await this.#client
      .fetchQuery(queries.query.completion.columns.queryOptions({ input, staleTime: STALE_MS, retry: false }))
      .catch(() => null)
  }

  /** What is kept is not read again while it is fresh. What fails leaves the key words. */
  #read(): void {
    this.#reading ??= this.#readAll()
      .catch(() => {}) // No connection, or no right: the tree beside the editor says so.
      .finally(() => {
        this.#reading = null
        this.#first?.resolve()
      })
  }

  async #readAll(): Promise<void> {
    const dataSourceId = this.#dataSourceId
    this.#words = await this.#client.fetchQuery(
      queries.query.completion.words.queryOptions({ input: { dataSourceId }, staleTime: STALE_MS, retry: false }),
    )
    const parts: CompletionPage[] = []
    for (let after: CompletionPage['next'] = null; parts.length < MOST_PARTS; ) {
      const part: CompletionPage = await this.#client.fetchQuery(
        queries.query.completion.relations.queryOptions({ input: { dataSourceId, after }, staleTime: STALE_MS, retry: false }),
      )
      parts.push(part)
      // Shown as they come, and what was there before until then.
      if (parts.length > this.#parts.length) this.#take(parts)
      if (part.next === null) break
      after = part.next
    }
    if (parts.length !== this.#parts.length || parts.some((part, index) => part !== this.#parts[index])) this.#take(parts)
  }

  #take(parts: readonly CompletionPage[]): void {
    this.#parts = [...parts]
    this.#relations = parts.flatMap(({ relations }) => relations)
    this.#first?.resolve()
  }
}
