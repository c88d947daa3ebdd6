import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { Connections } from '#services/validation/connections.ts'
import type { RunRecords } from '#services/validation/records.ts'
import type { Suggestion } from '#shared/model/suggestion.ts'
import { suggest, withoutKnown } from './suggest.ts'
import { readSuggestionFacts } from './suggestion-facts.ts'

/** Expectations that an asset's own table speaks for. */
export class Suggestions {
  readonly #parts: {
    readonly records: RunRecords
    readonly expectations: ExpectationRecords
    readonly connections: Connections
  }

  constructor(parts: { readonly records: RunRecords; readonly expectations: ExpectationRecords; readonly connections: Connections }) {
    this.#parts = parts
  }

  /** None of a query asset: it has no constraints, and its statistics are those of other tables. @throws AppError */
  async of(assetId: string, signal: AbortSignal): Promise<Suggestion[]> {
    const { records, expectations, connections } = this.#parts
    const { dataSourceId, schema, relation, query } = records.target(assetId)
    if (query !== null) return []
    const lease = await connections.lease(dataSourceId, 'interactive', { signal })
    try {
      const facts = await readSuggestionFacts(lease.connection, schema, relation, signal)
      return withoutKnown(suggest(facts), expectations.list(assetId))
    } finally {
      await lease.release()
    }
  }
}
