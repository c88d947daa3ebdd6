import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { Connections } from '#services/validation/connections.ts'
import type { RunRecords } from '#services/validation/records.ts'
import { type Suggestion, suggestionSubject } from '#shared/model/suggestion.ts'
import { type SuggestionFacts, suggest, withoutKnown } from './suggest.ts'
import { readSuggestionFacts } from './suggestion-facts.ts'

/** Where no value of a row may be kept, none may become part of an expectation. */
function withoutValues(facts: SuggestionFacts): SuggestionFacts {
  const columns = facts.columns.map((column) => ({
    ...column,
    statistics: column.statistics === null ? null : { ...column.statistics, mostCommon: [], histogram: null },
  }))
  return { ...facts, columns }
}

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
      const { keepFailingValues } = await connections.get(dataSourceId)
      const dismissed = expectations.dismissed(assetId)
      return withoutKnown(suggest(keepFailingValues ? facts : withoutValues(facts)), expectations.list(assetId)).map((suggestion) => ({
        ...suggestion,
        dismissed: dismissed.has(suggestionSubject(suggestion.input)),
      }))
    } finally {
      await lease.release()
    }
  }
}
