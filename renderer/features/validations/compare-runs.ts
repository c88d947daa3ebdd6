import { mayFailOf } from '#parts/result-picture.ts'
import { observedText, unexpectedSentence } from '#parts/run-view.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { changesBetween } from './result-sections.ts'

/** What is otherwise in one run than in another, expectation by expectation. Pure. */

export type DifferenceKind = 'failing' | 'mended' | 'other-outcome' | 'other-value' | 'added' | 'gone'

export interface Difference {
  readonly kind: DifferenceKind
  readonly expectationId: string
  readonly sentence: string
  /** null: it was not there. */
  readonly before: Seen | null
  readonly now: Seen | null
}

export interface Seen {
  readonly outcome: ExpectationResult['outcome']
  readonly observed: string
}

/** The worst first; of one kind in the order of the run. What is the same is left out. */
export function compareRuns(now: readonly ExpectationResult[], then: readonly ExpectationResult[]): readonly Difference[] {
  const earlier = new Map(then.map((result) => [result.expectationId, result]))
  const after = new Set(now.map(({ expectationId }) => expectationId))
  const changes = changesBetween(now, then)
  const differences = now.flatMap((result): Difference[] => {
    const old = earlier.get(result.expectationId)
    const kind = kindOf(result, old, changes.new.has(result.expectationId), changes.mended.has(result.expectationId))
    return kind === null ? [] : [{ ...about(result), kind, before: old === undefined ? null : seen(old), now: seen(result) }]
  })
  const gone = then
    .filter(({ expectationId }) => !after.has(expectationId))
    .map((old): Difference => ({ ...about(old), kind: 'gone', before: seen(old), now: null }))
  return [...differences, ...gone].toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}

const order: readonly DifferenceKind[] = ['failing', 'mended', 'other-outcome', 'other-value', 'added', 'gone']

function kindOf(result: ExpectationResult, old: ExpectationResult | undefined, failing: boolean, mended: boolean): DifferenceKind | null {
  if (failing) return 'failing'
  if (mended) return 'mended'
  if (old === undefined) return 'added'
  if (old.outcome !== result.outcome) return 'other-outcome'
  return seen(old).observed === seen(result).observed ? null : 'other-value'
}

function about({ expectationId, sentence }: ExpectationResult) {
  return { expectationId, sentence }
}

function seen({ outcome, kwargs, counts, observedValue, problem }: ExpectationResult): Seen {
  return { outcome, observed: problem?.sentence ?? unexpectedSentence(counts, mayFailOf(kwargs)) ?? observedText(observedValue) ?? '' }
}
