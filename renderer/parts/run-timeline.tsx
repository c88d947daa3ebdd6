import { Tooltip } from '@mantine/core'
import clsx from 'clsx'
import { formatRoute } from '#api/route.ts'
import type { RunSummary } from '#shared/model/run.ts'
import { formatDateTime } from '#ui/format.ts'
import { batchText } from './batch-words.ts'
import styles from './run-timeline.module.css'
import { isUnderWay, RUNS_DRAWN, sharesOf, statisticsSentence } from './run-view.ts'
import { verdictWord } from './verdict-badge.tsx'

/**
 * Runs of one asset, oldest first, one column each: how much passed (filled), failed (hatched) or could not be evaluated
 * (dotted), with a sign for the verdict below it. Each column leads to its run, or picks it.
 */
export function RunTimeline({ runs, label, selectedId = null, onSelect }: RunTimelineProps) {
  return (
    <ol className={styles.timeline} aria-label={label}>
      {runs
        .slice(0, RUNS_DRAWN)
        .toReversed()
        .map((run) => (
          <li key={run.id}>
            <Tooltip label={describe(run)} openDelay={200}>
              {onSelect === undefined ? (
                <a href={formatRoute({ page: 'run', id: run.id })} className={styles.column} aria-label={describe(run)}>
                  <Column run={run} />
                </a>
              ) : (
                <button
                  type="button"
                  className={clsx(styles.column, run.id === selectedId && styles.selected)}
                  aria-label={describe(run)}
                  aria-pressed={run.id === selectedId}
                  onClick={() => onSelect(run.id)}
                >
                  <Column run={run} />
                </button>
              )}
            </Tooltip>
          </li>
        ))}
    </ol>
  )
}

interface RunTimelineProps {
  /** Newest first, as the services list them; the last of them are drawn. */
  readonly runs: readonly RunSummary[]
  readonly label: string
  readonly selectedId?: string | null
  /** Left out: a column is a link to its run. */
  onSelect?(id: string): void
}

function Column({ run }: { readonly run: RunSummary }) {
  const { passed, failed, errored } = sharesOf(run.statistics)
  const percent = (share: number) => ({ height: `${share * 100}%` })
  return (
    <>
      <span className={styles.bar} aria-hidden data-empty={passed + failed + errored === 0 || undefined}>
        <span className={styles.failed} style={percent(failed)} />
        <span className={styles.errored} style={percent(errored)} />
        <span className={styles.passed} style={percent(passed)} />
      </span>
      <span className={styles.sign} data-tone={signs[signOf(run)].tone} aria-hidden>
        {signs[signOf(run)].text}
      </span>
    </>
  )
}

type Sign = 'passed' | 'failed' | 'error' | 'running' | 'none'

const signs: Readonly<Record<Sign, { readonly text: string; readonly tone: string }>> = {
  passed: { text: '✓', tone: 'passed' },
  failed: { text: '✕', tone: 'failed' },
  error: { text: '!', tone: 'warning' },
  running: { text: '…', tone: 'accent' },
  none: { text: '–', tone: 'neutral' },
}

function signOf(run: RunSummary): Sign {
  if (isUnderWay(run.state)) return 'running'
  if (run.state === 'cancelled') return 'none'
  return run.state === 'done' ? (run.verdict ?? 'none') : 'error'
}

function describe(run: RunSummary): string {
  const outcome = run.statistics.evaluated === 0 ? '' : `. ${statisticsSentence(run.statistics)}`
  const batch = run.batch === null ? '' : `, batch ${batchText(run.batch)}`
  return `${verdictWord(run)}, ${formatDateTime(run.startedAt)}${batch}${outcome}`
}
