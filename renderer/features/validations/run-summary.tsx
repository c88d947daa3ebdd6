import { Button, UnstyledButton } from '@mantine/core'
import { IconArrowsDiff } from '@tabler/icons-react'
import { statisticsSentence } from '#parts/run-view.ts'
import { SeverityBadge } from '#parts/severity-badge.tsx'
import { OutcomeBadge } from '#parts/verdict-badge.tsx'
import type { ExpectationResult, RunSummary as Summary } from '#shared/model/run.ts'
import { formatAgo } from '#ui/format.ts'
import { type ChangeFilter, countsBySeverity, type ResultFilter, type RunChanges } from './result-sections.ts'
import styles from './run-summary.module.css'
import type { RunBefore } from './use-run-before.ts'

/** What came of a run, in figures: by severity and outcome, and against the run before. Each figure filters the list below. */
export function RunSummary({ summary, results, before, filter, onFilter, onCompare }: RunSummaryProps) {
  const counts = countsBySeverity(results)
  const share = summary.statistics.evaluated === 0 ? null : (summary.statistics.successful / summary.statistics.evaluated) * 100
  return (
    <section className={styles.summary} aria-label="Summary">
      <div className={styles.figures}>
        <p className={styles.sentence}>{statisticsSentence(summary.statistics)}</p>
        {share !== null && <p className={styles.share}>{`${Number(share.toFixed(1))} % passed`}</p>}
        {before === null ? (
          <p className={styles.changes} />
        ) : (
          <Changes
            changes={before.changes}
            startedAt={before.summary.startedAt}
            filter={filter.change}
            onFilter={(change) => onFilter({ ...filter, change })}
          />
        )}
        <Button variant="default" size="compact-sm" leftSection={<IconArrowsDiff size={14} aria-hidden />} onClick={onCompare}>
          Compare with another run
        </Button>
      </div>
      <table className={styles.counts} aria-label="Results by severity">
        <thead>
          <tr>
            <td />
            <th scope="col">
              <OutcomeBadge outcome="failed" plain />
            </th>
            <th scope="col">
              <OutcomeBadge outcome="error" plain />
            </th>
            <th scope="col">
              <OutcomeBadge outcome="passed" plain />
            </th>
          </tr>
        </thead>
        <tbody>
          {counts.map(({ severity, failed, unknown, passed }) => (
            <tr key={severity}>
              <th scope="row">
                <SeverityBadge severity={severity} plain />
              </th>
              <td data-some={failed > 0 || undefined}>{failed}</td>
              <td data-some={unknown > 0 || undefined}>{unknown}</td>
              <td>{passed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface RunSummaryProps {
  readonly summary: Summary
  readonly results: readonly ExpectationResult[]
  /** null: there is none, or it is not known yet. */
  readonly before: RunBefore | null
  readonly filter: ResultFilter
  onFilter(filter: ResultFilter): void
  onCompare(): void
}

function Changes({ changes, startedAt, filter, onFilter }: ChangesProps) {
  const since = `than in the run ${formatAgo(startedAt)}`
  if (changes.new.size === 0 && changes.mended.size === 0) return <p className={styles.changes}>{`No other verdicts ${since}.`}</p>
  const pick = (change: ChangeFilter) => onFilter(filter === change ? 'all' : change)
  return (
    <p className={styles.changes}>
      {changes.new.size > 0 && (
        <UnstyledButton className={styles.change} data-tone="failed" aria-pressed={filter === 'new'} onClick={() => pick('new')}>
          {changes.new.size === 1 ? '1 new failure' : `${changes.new.size} new failures`}
        </UnstyledButton>
      )}
      {changes.mended.size > 0 && (
        <UnstyledButton className={styles.change} data-tone="passed" aria-pressed={filter === 'mended'} onClick={() => pick('mended')}>
          {`${changes.mended.size} mended`}
        </UnstyledButton>
      )}
      <span>{`since the run ${formatAgo(startedAt)}`}</span>
    </p>
  )
}

interface ChangesProps {
  readonly changes: RunChanges
  readonly startedAt: string
  readonly filter: ChangeFilter
  onFilter(change: ChangeFilter): void
}
