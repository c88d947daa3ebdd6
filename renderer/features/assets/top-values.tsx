import { Popover, UnstyledButton } from '@mantine/core'
import { countOf, formatCount } from '#ui/format.ts'
import styles from './assets.module.css'

/** The most frequent values of a column as small bars; all of them, with their counts, on a click. */
export function TopValues({ column, values }: TopValuesProps) {
  return (
    <Popover position="left" shadow="sm" withinPortal>
      <Popover.Target>
        <UnstyledButton className={styles.topValues}>
          <Bars values={values.slice(0, SHOWN)} />
          <span className="visually-hidden">{`: show ${countOf(values.length, 'frequent value')} of ${column}`}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={styles.allValues} aria-label={`Most frequent values of ${column}`}>
        <Bars values={values} counted />
      </Popover.Dropdown>
    </Popover>
  )
}

interface TopValuesProps {
  readonly column: string
  readonly values: readonly { readonly value: string; readonly count: number }[]
}

const SHOWN = 3

function Bars({ values, counted = false }: Pick<TopValuesProps, 'values'> & { readonly counted?: boolean }) {
  const most = values[0]?.count ?? 0
  return values.map(({ value, count }) => (
    <span key={value} className={styles.topValue}>
      <span className={styles.topBar} style={{ width: `${most === 0 ? 0 : (count / most) * 100}%` }} />
      <span className={styles.topText}>{value === '' ? '“”' : value}</span>
      {counted && <span className={styles.topCount}>{formatCount(count)}</span>}
    </span>
  ))
}
