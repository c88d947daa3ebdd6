import { findExpectation } from '#shared/expectations/registry.ts'
import type { Severity } from '#shared/model/expectation.ts'
import type { ExpectationResult, RunSummary } from '#shared/model/run.ts'

/** Results as the page lists them: filtered, and by what they are about. Plain functions of the data. */

/** `new`, `mended`: against the run before. */
export type ChangeFilter = 'all' | 'new' | 'mended'

export interface ResultFilter {
  readonly failuresOnly: boolean
  readonly severity: Severity | 'all'
  readonly change: ChangeFilter
  readonly search: string
}

export const noFilter: ResultFilter = { failuresOnly: false, severity: 'all', change: 'all', search: '' }

/** What a section is about: the table itself, several of its columns at once, or one column. */
export interface ResultSection {
  readonly key: string
  readonly title: string
  readonly kind: 'table' | 'columns' | 'column'
  /** Failures first, then what could not be evaluated, then what passed; otherwise in the order of the run. */
  readonly results: readonly ExpectationResult[]
  /** Of these, how many failed or have no verdict. */
  readonly notPassed: number
}

/** What did not pass comes first, however long the run's list is. Otherwise as Data Docs has them: the table, then each column by its name. */
export function sectionsOf(results: readonly ExpectationResult[]): readonly ResultSection[] {
  const groups = Map.groupBy(results, keyOf)
  const columns = [...groups.keys()].filter((key) => key.startsWith(COLUMN)).toSorted(collator.compare)
  const sections = ['table', 'columns', ...columns].flatMap((key) => {
    const own = groups.get(key)
    if (own === undefined) return []
    const section = { key, notPassed: own.filter(({ outcome }) => outcome !== 'passed').length }
    return [{ ...section, ...titleOf(key), results: own.toSorted((one, other) => ranks[one.outcome] - ranks[other.outcome]) }]
  })
  return sections.toSorted((one, other) => worstRank(one) - worstRank(other))
}

/** Where nothing changed, or it is not known, there is no control of that filter either, so it leaves nothing out. */
export function filterResults(
  results: readonly ExpectationResult[],
  filter: ResultFilter,
  changes: RunChanges | null,
): readonly ExpectationResult[] {
  const words = filter.search.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const changed = filter.change === 'all' ? null : changes?.[filter.change]
  return results.filter((result) => {
    if (filter.failuresOnly && result.outcome === 'passed') return false
    if (filter.severity !== 'all' && result.severity !== filter.severity) return false
    if (changed != null && changed.size > 0 && !changed.has(result.expectationId)) return false
    const text = `${result.sentence}\n${result.type}\n${columnOf(result) ?? ''}`.toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

export interface OutcomeCounts {
  readonly failed: number
  /** Could not be evaluated, or the run ended before. */
  readonly unknown: number
  readonly passed: number
}

/** By severity, worst first; severities that no result has are left out. */
export function countsBySeverity(results: readonly ExpectationResult[]): readonly (OutcomeCounts & { readonly severity: Severity })[] {
  return severities.flatMap((severity) => {
    const own = results.filter((result) => result.severity === severity)
    if (own.length === 0) return []
    const failed = own.filter(({ outcome }) => outcome === 'failed').length
    const passed = own.filter(({ outcome }) => outcome === 'passed').length
    return [{ severity, failed, passed, unknown: own.length - failed - passed }]
  })
}

/** Ids of expectations whose outcome is another one than in the run before. */
export interface RunChanges {
  /** Fails now, and did not then: it passed, had no verdict, or was not there. */
  readonly new: ReadonlySet<string>
  /** Passes now, and failed then. */
  readonly mended: ReadonlySet<string>
}

export function changesBetween(now: readonly ExpectationResult[], before: readonly ExpectationResult[]): RunChanges {
  const failedBefore = new Set(before.filter(({ outcome }) => outcome === 'failed').map(({ expectationId }) => expectationId))
  const ids = (outcome: ExpectationResult['outcome'], failedThen: boolean) =>
    new Set(
      now
        .filter((result) => result.outcome === outcome && failedBefore.has(result.expectationId) === failedThen)
        .map((result) => result.expectationId),
    )
  return { new: ids('failed', false), mended: ids('passed', true) }
}

/** The newest one before it that has a verdict, over the same kind of batch. `runs`: newest first. */
export function runBefore(summary: RunSummary, runs: readonly RunSummary[]): RunSummary | null {
  const at = runs.findIndex(({ id }) => id === summary.id)
  if (at === -1) return null
  const interval = summary.batch?.interval ?? null
  return runs.slice(at + 1).find(({ state, batch }) => state === 'done' && (batch?.interval ?? null) === interval) ?? null
}

const COLUMN = 'column '
const severities: readonly Severity[] = ['critical', 'warning', 'info']
const ranks = { failed: 0, error: 1, incomplete: 2, passed: 3 } as const
const collator = new Intl.Collator(undefined, { numeric: true })

function worstRank({ results }: ResultSection): number {
  return ranks[results[0]?.outcome ?? 'passed']
}

function columnOf({ kwargs }: ExpectationResult): string | null {
  return typeof kwargs.column === 'string' ? kwargs.column : null
}

function keyOf(result: ExpectationResult): string {
  const column = columnOf(result)
  if (column !== null) return `${COLUMN}${column}`
  const domain = findExpectation(result.type)?.domain
  return domain === 'column pair' || domain === 'columns' ? 'columns' : 'table'
}

function titleOf(key: string): Pick<ResultSection, 'title' | 'kind'> {
  if (key === 'table') return { title: 'Whole table', kind: 'table' }
  return key === 'columns' ? { title: 'Several columns', kind: 'columns' } : { title: key.slice(COLUMN.length), kind: 'column' }
}
