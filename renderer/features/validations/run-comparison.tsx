import { Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { queries } from '#api/client.ts'
import { batchText } from '#parts/batch-words.ts'
import { Problem } from '#parts/problem.tsx'
import { isUnderWay } from '#parts/run-view.ts'
import { OutcomeBadge, verdictWord } from '#parts/verdict-badge.tsx'
import type { Run, RunSummary } from '#shared/model/run.ts'
import { countOf, formatDateTime } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { compareRuns, type Difference, type DifferenceKind, type Seen } from './compare-runs.ts'
import styles from './run-comparison.module.css'

/** A run beside another one of the same asset: what fails now, what is mended, and which figures are others. */
export function RunComparison({ run, beforeId, opened, onClose }: RunComparisonProps) {
  return (
    <SidePanel opened={opened} onClose={onClose} size="min(1000px, 90vw)" title="Compare two runs">
      {opened && <Comparison run={run} beforeId={beforeId} />}
    </SidePanel>
  )
}

interface RunComparisonProps {
  readonly run: Run
  /** Where to begin; null: with the newest other run. */
  readonly beforeId: string | null
  readonly opened: boolean
  onClose(): void
}

function Comparison({ run, beforeId }: Pick<RunComparisonProps, 'run' | 'beforeId'>) {
  const { summary } = run
  const runs = useQuery(queries.validations.list.queryOptions({ input: { assetId: summary.assetId, limit: 200 } }))
  const [pickedId, setPickedId] = useState(beforeId)
  if (runs.isPending) return <Loading />
  if (runs.isError) return <Problem error={runs.error} onRetry={() => void runs.refetch()} />
  const others = runs.data.filter(({ id, state }) => id !== summary.id && !isUnderWay(state))
  const other = others.find(({ id }) => id === pickedId) ?? others[0]
  if (other === undefined) return <Text c="dimmed">There is no other run of {summary.assetName} yet.</Text>
  return (
    <div className={styles.comparison}>
      <Select
        label={`The run of ${formatDateTime(summary.startedAt)}${batchOf(summary)} compared with`}
        w={420}
        data={others.map((each) => ({
          value: each.id,
          label: `${formatDateTime(each.startedAt)}${batchOf(each)}, ${verdictWord(each).toLowerCase()}`,
        }))}
        value={other.id}
        onChange={(id) => setPickedId(id)}
        allowDeselect={false}
        searchable
      />
      <Differences run={run} otherId={other.id} />
    </div>
  )
}

function Differences({ run, otherId }: { readonly run: Run; readonly otherId: string }) {
  const other = useQuery(queries.validations.get.queryOptions({ input: { id: otherId } }))
  const differences = useMemo(() => (other.data === undefined ? [] : compareRuns(run.results, other.data.results)), [run, other.data])
  if (other.isPending) return <Loading rows={6} />
  if (other.isError) return <Problem error={other.error} onRetry={() => void other.refetch()} />
  const same = run.results.length - differences.filter(({ now }) => now !== null).length
  return (
    <>
      <p className={styles.sentence} role="status">
        {differences.length === 0
          ? `Nothing is otherwise: ${countOf(same, 'expectation')} came out the same, with the same figures.`
          : `${countOf(differences.length, 'difference')}; ${countOf(same, 'expectation')} came out the same.`}
      </p>
      {[...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, list]) => (
        <Kind key={kind} kind={kind} list={list} />
      ))}
    </>
  )
}

function Kind({ kind, list }: { readonly kind: DifferenceKind; readonly list: readonly Difference[] }) {
  return (
    <section aria-label={titles[kind]}>
      <h3 className={styles.title}>
        {titles[kind]} <span className={styles.count}>{list.length}</span>
      </h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Expectation</th>
            <th scope="col">Then</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ expectationId, sentence, before, now }) => (
            <tr key={expectationId}>
              <th scope="row">{sentence}</th>
              <td>
                <SeenThere seen={before} />
              </td>
              <td>
                <SeenThere seen={now} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function SeenThere({ seen }: { readonly seen: Seen | null }) {
  if (seen === null) return <Text c="dimmed">not in this run</Text>
  return (
    <>
      <OutcomeBadge outcome={seen.outcome} plain />
      {seen.observed !== '' && <div className={styles.observed}>{seen.observed}</div>}
    </>
  )
}

const titles: Readonly<Record<DifferenceKind, string>> = {
  failing: 'Fails now, and did not then',
  mended: 'Mended: failed then, passes now',
  'other-outcome': 'Another outcome',
  'other-value': 'Same outcome, other figures',
  added: 'Only in this run',
  gone: 'Only in the other run',
}

function batchOf({ batch }: RunSummary): string {
  return batch === null ? '' : `, batch ${batchText(batch)}`
}
