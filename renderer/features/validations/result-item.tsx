import { Button, Text } from '@mantine/core'
import { IconTable } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { detailFacts, observedText, percentText, tallyValues, unexpectedSentence } from '#parts/run-view.ts'
import { SeverityBadge, severityTitles } from '#parts/severity-badge.tsx'
import { OutcomeBadge } from '#parts/verdict-badge.tsx'
import type { ExpectationResult } from '#shared/model/run.ts'
import { countOf } from '#ui/format.ts'
import { ShareBar } from '#ui/plots/share-bar.tsx'
import styles from './validations.module.css'

/** One expectation of a run: its verdict, what was seen, how much failed, and which values. */
export function ResultItem({ result, onShowRows }: ResultItemProps) {
  const { outcome, counts, problem } = result
  const observed = observedText(result.observedValue)
  const unexpected = unexpectedSentence(counts)
  const failed = outcome === 'failed'
  return (
    <li className={styles.result} data-outcome={outcome}>
      <div className={styles.head}>
        <OutcomeBadge outcome={outcome} />
        <span className={styles.sentence}>{result.sentence}</span>
        {outcome === 'passed' ? (
          <Text component="span" c="dimmed">
            {severityTitles[result.severity]}
          </Text>
        ) : (
          <SeverityBadge severity={result.severity} plain />
        )}
      </div>
      <dl className={styles.facts}>
        {observed !== null && <Fact term="Observed">{observed}</Fact>}
        {unexpected !== null && (
          <Fact term="Unexpected">{failed ? <ShareBar percent={sharePercent(counts)} text={unexpected} tone="failed" /> : unexpected}</Fact>
        )}
        {counts !== null && counts.missingCount !== null && counts.missingCount > 0 && (
          <Fact term="Null">{`${countOf(counts.missingCount, 'row')}${counts.elementCount > 0 ? ` (${percentText((counts.missingCount / counts.elementCount) * 100)})` : ''}`}</Fact>
        )}
        {detailFacts(result.details).map(({ term, value }) => (
          <Fact key={term} term={term}>
            {value}
          </Fact>
        ))}
        {problem !== null && (
          <Fact term="Why">
            {problem.sentence}
            {problem.sqlstate !== null && <span className={styles.sqlstate}> SQLSTATE {problem.sqlstate}</span>}
          </Fact>
        )}
        {result.failingValues.length > 0 && (
          <Fact term={`Failing ${result.failingColumns.length === 1 ? 'values' : 'rows'}`}>
            <FailingValues result={result} />
          </Fact>
        )}
      </dl>
      {failed && result.failingRowsSql !== null && (
        <Button variant="default" className={styles.rowsButton} leftSection={<IconTable size={14} aria-hidden />} onClick={onShowRows}>
          Show failing rows
        </Button>
      )}
    </li>
  )
}

interface ResultItemProps {
  readonly result: ExpectationResult
  onShowRows(): void
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** One column as a line of values, several as a small table. */
function FailingValues({ result: { failingColumns, failingValues } }: { readonly result: ExpectationResult }) {
  if (failingColumns.length <= 1) {
    return (
      <ul className={styles.values}>
        {tallyValues(failingValues.map((cells) => cells[0] ?? null)).map(({ value, count }) => (
          <li key={value ?? '\0null'}>
            <Cell text={value} />
            {count > 1 && <span className={styles.times}>{` × ${count}`}</span>}
          </li>
        ))}
      </ul>
    )
  }
  return (
    <table className={styles.sample}>
      <thead>
        <tr>
          {failingColumns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {failingValues.map((cells, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stored sample never changes, and its rows may repeat
          <tr key={row}>
            {failingColumns.map((name, column) => (
              <td key={name}>
                <Cell text={cells[column] ?? null} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** NULL is a word of another kind than a text that says so; an empty text is shown as one. */
function Cell({ text }: { readonly text: string | null }) {
  if (text === null) return <span className={styles.null}>NULL</span>
  return <span className={styles.cell}>{text === '' ? '“”' : text}</span>
}

function sharePercent(counts: ExpectationResult['counts']): number | null {
  return counts?.unexpectedPercent ?? counts?.unexpectedPercentTotal ?? null
}
