import { proseOf } from '#parts/expectation-sentence.tsx'
import { proseText } from '#shared/expectations/prose.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
import type { Expectation } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { countOf } from '#ui/format.ts'
import { groupByIssue } from './group-expectations.ts'

/** The Expectations tab without a screen: its groups, its search and its counts. */

export type ListBy = 'column' | 'issue'
export type Outcomes = ReadonlyMap<string, ExpectationResult['outcome']>

export interface ListGroup {
  readonly title: string
  readonly items: readonly Expectation[]
}

export function listGroups(expectations: readonly Expectation[], by: ListBy): readonly ListGroup[] {
  return by === 'column' ? groupByColumn(expectations) : groupByIssue(expectations).map(({ issue, items }) => ({ title: issue, items }))
}

/** Those in which each word of the search stands: in the sentence, the type, the issue, the severity or the notes. */
export function searchExpectations(expectations: readonly Expectation[], search: string): readonly Expectation[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return expectations
  return expectations.filter((expectation) => {
    const text = searchedText(expectation).toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** "12 expectations: 2 failed, 9 passed, 1 not validated"; of a search how many of all it found. */
export function listSummary(shown: readonly Expectation[], total: number, outcomes: Outcomes): string {
  const count = shown.length === total ? countOf(total, 'expectation') : `${shown.length} of ${countOf(total, 'expectation')}`
  const parts = outcomeOrder.flatMap(({ outcome, word }) => {
    const n = shown.filter(({ id }) => (outcomes.get(id) ?? null) === outcome).length
    return n === 0 ? [] : [`${n} ${word}`]
  })
  return shown.length === 0 ? count : `${count}: ${parts.join(', ')}`
}

const outcomeOrder: readonly { readonly outcome: ExpectationResult['outcome'] | null; readonly word: string }[] = [
  { outcome: 'failed', word: 'failed' },
  { outcome: 'error', word: 'with an error' },
  { outcome: 'incomplete', word: 'incomplete' },
  { outcome: 'passed', word: 'passed' },
  { outcome: null, word: 'not validated' },
]

/** The table as a whole first, then each column in the order it comes up, then what is about several columns at once. */
function groupByColumn(expectations: readonly Expectation[]): readonly ListGroup[] {
  const groups = Map.groupBy(expectations, (expectation) => {
    const columns = columnsOf(expectation)
    return columns.length > 1 ? SEVERAL : (columns[0] ?? WHOLE)
  })
  const place = (key: string | symbol): number => (key === WHOLE ? -1 : key === SEVERAL ? 1 : 0)
  return [...groups.entries()]
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([key, items]) => ({ title: key === WHOLE ? 'Whole table' : key === SEVERAL ? 'Several columns' : String(key), items }))
}

/** No text, so that no column can have the name. */
const WHOLE = Symbol('whole table')
const SEVERAL = Symbol('several columns')

/** By GX's names of the params that hold columns. */
function columnsOf({ kwargs }: Expectation): readonly string[] {
  const { column, column_A, column_B, column_list } = kwargs
  const named = [column, column_A, column_B].filter((name) => typeof name === 'string')
  return Array.isArray(column_list) ? column_list.map(String) : named
}

function searchedText(expectation: Expectation): string {
  const { type, severity, description, notes } = expectation
  const definition = findExpectation(type)
  return [proseText(proseOf(expectation)), type, definition?.title, definition?.issue, severity, description, notes].join(' ')
}
