import { formatCount } from '#ui/format.ts'
import styles from './paired-bars.module.css'

/** Two shares of the same things below each other: a table whose bars are drawn beside their figures. */
export function PairedBars({ label, head, rows, names, figure, most = 20 }: PairedBarsProps) {
  const shown = rows.slice(0, most)
  const greatest = Math.max(...rows.flatMap(({ first, second }) => [first, second]), Number.MIN_VALUE)
  const width = (share: number) => ({ width: `${(share / greatest) * 100}%` })
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th scope="col" className={styles.number}>
            <span className={styles.key} data-which="first" aria-hidden /> {names.first}
          </th>
          <th scope="col" className={styles.number}>
            <span className={styles.key} data-which="second" aria-hidden /> {names.second}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={row.key}>
            <th scope="row" className={styles.name}>
              {row.label}
            </th>
            <td className={styles.number}>{figure(row.first)}</td>
            <td className={styles.number}>{figure(row.second)}</td>
            <td className={styles.bars} aria-hidden>
              <span className={styles.bar} data-which="first" style={width(row.first)} />
              <span className={styles.bar} data-which="second" style={width(row.second)} />
            </td>
          </tr>
        ))}
        {rows.length > most && (
          <tr>
            <td colSpan={4} className={styles.rest}>{`and ${formatCount(rows.length - most)} more`}</td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

interface PairedBarsProps {
  readonly label: string
  /** Above the names of the rows. */
  readonly head: string
  /** `first`, `second`: not below 0, on one scale. */
  readonly rows: readonly { readonly key: string; readonly label: string; readonly first: number; readonly second: number }[]
  readonly names: { readonly first: string; readonly second: string }
  figure(value: number): string
  /** How many rows are drawn. */
  readonly most?: number
}
