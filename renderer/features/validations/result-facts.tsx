import { UnstyledButton } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { tallyValues } from '#parts/run-view.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import styles from './validations.module.css'

/** A term and what there is to say about it. */
export function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The sample that was kept: one column as a line of values, several as a small table that begins folded. */
export function FailingValues({ result: { failingColumns, failingValues } }: { readonly result: ExpectationResult }) {
  const [all, setAll] = useState(false)
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
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: it is no set of fields, and no landmark either, for there are many */}
      <div className={styles.sampleFrame} role="group" tabIndex={0} aria-label="Failing rows that were kept">
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
            {failingValues.slice(0, all ? undefined : FEW_ROWS).map((cells, row) => (
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
      </div>
      {failingValues.length > FEW_ROWS && (
        <UnstyledButton className={styles.showAll} fz="sm" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${failingValues.length} that were kept`}
        </UnstyledButton>
      )}
    </>
  )
}

/** Rows of a sample that are enough to see what is wrong. */
const FEW_ROWS = 5

/** `[null]`, as in every grid: no text is shown like that. An empty text is shown as one. */
function Cell({ text }: { readonly text: string | null }) {
  if (text === null) return <span className={styles.null}>[null]</span>
  return <span className={styles.cell}>{text === '' ? '“”' : text}</span>
}
