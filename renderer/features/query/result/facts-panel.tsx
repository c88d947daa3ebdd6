import { CloseButton, Progress, Text, Title } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import { api } from '#api/client.ts'
import { ofResult } from '#parts/of-result.ts'
import { Problem } from '#parts/problem.tsx'
import type { ResultColumn } from '#shared/model/query.ts'
import type { ColumnFacts } from '#shared/model/query-result.ts'
import { DefinitionList } from '#ui/definition-list.tsx'
import { formatCount } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { longValuesNote } from './long-values.ts'
import styles from './result.module.css'

/** What draws it is large, and mostly not needed. */
const ResultChart = lazy(async () => ({ default: (await import('#ui/plots/result-chart.tsx')).ResultChart }))

/** The figures of one column over the rows that were read, or over those that a filter leaves. */
export function FactsPanel({ resultId, arrangementId, column, columns, onClose }: FactsPanelProps) {
  const [state, setState] = useState<{ readonly facts: ColumnFacts | null; readonly share: number; readonly error: unknown }>(BEGUN)
  useEffect(() => {
    const abort = new AbortController()
    setState(BEGUN)
    const read = async () => {
      for await (const event of await api.query.facts({ ...ofResult(resultId, arrangementId), column }, { signal: abort.signal })) {
        if (abort.signal.aborted) return
        if (event.type === 'facts') setState({ facts: event.facts, share: 1, error: null })
        else setState({ facts: null, share: event.share, error: null })
      }
    }
    read().catch((error: unknown) => {
      if (!abort.signal.aborted) setState({ facts: null, share: 0, error })
    })
    return () => abort.abort()
  }, [resultId, arrangementId, column])
  const { facts, share, error } = state
  return (
    <section className={styles.side} aria-label="Statistics">
      <div className={styles.sideHead}>
        <Title order={2} size="h3" className={styles.sideTitle}>
          {columns[column]?.name ?? ''} <span className={styles.fieldType}>{columns[column]?.type}</span>
        </Title>
        <CloseButton size="sm" aria-label="Close the statistics" onClick={onClose} />
      </div>
      {error !== null ? (
        <Problem error={error} />
      ) : facts === null ? (
        <Progress value={share * 100} aria-label="Looking through the rows" />
      ) : (
        <Figures facts={facts} note={longValuesNote(facts.hasLong ? [column] : [], columns)} />
      )}
    </section>
  )
}

interface FactsPanelProps {
  readonly resultId: string
  readonly arrangementId?: string | undefined
  readonly column: number
  readonly columns: readonly ResultColumn[]
  onClose(): void
}

const BEGUN = { facts: null, share: 0, error: null }

function Figures({ facts, note }: { readonly facts: ColumnFacts; readonly note: string | null }) {
  const { rows, nulls, distinct, least, greatest, median, mean, sum, orderedAsText, top, histogram } = facts
  const share = (count: number) => (rows === 0 ? '' : ` (${((count / rows) * 100).toFixed(1)} %)`)
  const items = [
    { term: 'Rows', value: formatCount(rows) },
    { term: 'Null', value: `${formatCount(nulls)}${share(nulls)}` },
    { term: 'Distinct', value: `${formatCount(distinct)}${share(distinct)}` },
    { term: 'Min', value: least },
    { term: 'Median', value: median },
    { term: 'Max', value: greatest },
    { term: 'Mean', value: mean },
    { term: 'Sum', value: sum },
  ].flatMap(({ term, value }) => (value === null ? [] : [{ term, value: value === '' ? 'empty' : value }]))
  return (
    <>
      <DefinitionList items={items} />
      {orderedAsText && <Text c="dimmed">Values of this type are compared by their text here.</Text>}
      {note !== null && <Text c="dimmed">{note}</Text>}
      {histogram.length > 1 && (
        <Suspense fallback={<Loading rows={4} />}>
          <div className={styles.picture}>
            <ResultChart
              kind="histogram"
              label="Histogram"
              points={histogram.map(({ from, to, count }) => ({ label: from, title: `${from} to ${to}`, x: null, y: count }))}
            />
          </div>
        </Suspense>
      )}
      {top.length > 0 && (
        <table className={styles.top}>
          <thead>
            <tr>
              <th scope="col">Most frequent</th>
              <th scope="col">Rows</th>
            </tr>
          </thead>
          <tbody>
            {top.map(({ value, count }) => (
              <tr key={value}>
                <td>{value === '' ? <span className={styles.null}>empty</span> : value}</td>
                <td>{`${formatCount(count)}${share(count)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
