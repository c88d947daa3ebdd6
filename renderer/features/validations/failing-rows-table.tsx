import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { Loading } from '#ui/loading.tsx'
import type { FailingRowsResult } from './use-failing-rows.ts'
import styles from './validations.module.css'

const SHOWN = 200

/** The first rows of the result. */
export function FailingRowsTable({ result }: { readonly result: FailingRowsResult }) {
  const count = Math.min(result.rowCount, SHOWN)
  const rows = useQuery({
    ...queries.query.window.queryOptions({ input: { resultId: result.resultId, from: 0, count, clipLength: 200 } }),
    enabled: count > 0,
  })
  if (count === 0) return result.done ? <Text>No row fails any more.</Text> : null
  if (rows.isPending) return <Loading rows={8} />
  if (rows.isError) return <Problem error={rows.error} onRetry={() => void rows.refetch()} />
  return (
    <>
      {result.rowCount > SHOWN && <Text c="dimmed">{`The first ${SHOWN} rows are shown here; the query pane shows more.`}</Text>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.rows} tabIndex={0} aria-label="Failing rows">
        <table className={styles.sample}>
          <thead>
            <tr>
              {result.columns.map(({ name, type }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names of a result may repeat
                <th key={index} scope="col" title={type}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.data.rows.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the window of a result never changes, and rows may repeat
              <tr key={row}>
                {cells.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in the order of the columns
                  <td key={column}>
                    {cell === null ? <span className={styles.null}>NULL</span> : <span className={styles.cell}>{cell}</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
