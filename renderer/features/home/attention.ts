import { isUnderWay } from '#parts/run-view.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { RunSummary } from '#shared/model/run.ts'
import { countOf } from '#ui/format.ts'

/** What a person should look at, worst first: failed, could not run, interrupted, never validated. */
export interface AttentionItem {
  readonly asset: DataAsset
  readonly run: RunSummary | null
  /** What is the matter, for a person. */
  readonly sentence: string
  /** What helps: the run's page, a new run, or expectations that are missing. */
  readonly next: 'show-run' | 'validate' | 'add-expectation'
}

export function attentionOf(assets: readonly DataAsset[]): readonly AttentionItem[] {
  return assets
    .map(itemOf)
    .filter((item) => item !== null)
    .sort((one, other) => rankOf(one) - rankOf(other) || one.asset.name.localeCompare(other.asset.name))
}

/** What to say where nothing needs attention: that all passed only where every last run did. */
export function quietSentence(assets: readonly DataAsset[]): string {
  const last = assets.map(({ lastRun }) => lastRun?.state)
  const underWay = last.filter((state) => state !== undefined && isUnderWay(state)).length
  const stopped = last.filter((state) => state === 'cancelled').length
  if (underWay === 0 && stopped === 0) return 'Every data asset passed its last validation.'
  const parts = [
    underWay === 0 ? null : `${countOf(underWay, 'data asset')} ${underWay === 1 ? 'is' : 'are'} being validated now.`,
    stopped === 0 ? null : `The last validation of ${countOf(stopped, 'data asset')} was cancelled.`,
    assets.some(({ lastSettledRun }) => lastSettledRun !== null) ? 'What came to its end passed.' : null,
  ]
  return parts.filter((part) => part !== null).join(' ')
}

function itemOf(asset: DataAsset): AttentionItem | null {
  const { lastRun: last, lastSettledRun: run } = asset
  if (last === null) {
    return asset.expectationCount === 0
      ? { asset, run, sentence: 'Nothing is expected of it yet.', next: 'add-expectation' }
      : { asset, run, sentence: 'Never validated.', next: 'validate' }
  }
  // Of a first run that is under way nothing can be said yet.
  if (run === null)
    return isUnderWay(last.state) ? null : { asset, run: last, sentence: 'No validation came to its end yet.', next: 'validate' }
  switch (run.state) {
    case 'done':
      return run.verdict === 'passed' ? null : { asset, run, sentence: doneSentence(run), next: 'show-run' }
    case 'failed':
    case 'incomplete':
      return { asset, run, sentence: run.sentence ?? 'The run came to no verdict.', next: 'show-run' }
    case 'interrupted':
      return { asset, run, sentence: run.sentence ?? 'Plumbline ended before the run did.', next: 'validate' }
    // Never settled.
    case 'queued':
    case 'running':
    case 'cancelled':
      return null
  }
}

function doneSentence({ statistics: { evaluated, unsuccessful, errored } }: RunSummary): string {
  const parts = [
    unsuccessful > 0 ? `${unsuccessful} of ${evaluated} failed` : null,
    errored > 0 ? `${errored} of ${evaluated} could not be evaluated` : null,
  ]
  return `${parts.filter((part) => part !== null).join(', ')}.`
}

function rankOf({ run }: AttentionItem): number {
  if (run === null || run.state === 'cancelled') return 4
  if (run.state === 'done' && run.verdict === 'failed') return run.failedSeverity === 'critical' ? 0 : 1
  return run.state === 'interrupted' ? 3 : 2
}
