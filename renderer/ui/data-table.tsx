import { Table, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useMemo, useState } from 'react'
import type { DataColumn } from './data-column.ts'
import styles from './data-table.module.css'
import { AllRows, SeenRows } from './data-table-rows.tsx'
import { countOf } from './format.ts'

/** A table with search, sortable columns and a head that stays. Of more than some hundred rows only those exist that are seen. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, rowKey, searchPlaceholder, toolbar, emptyRow = 'Nothing matches the search.' } = props
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<Order | null>(props.initialOrder ?? null)
  const arranged = useSameValues(columns)
  const shown = useMemo(() => arrange(rows, arranged, search, order), [rows, arranged, search, order])
  // In the state, so that the rows are drawn again once it is there to be measured.
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const windowed = rows.length > ALL_EXIST
  return (
    <div className={styles.table}>
      {(searchPlaceholder !== undefined || toolbar !== undefined) && (
        <div className={styles.toolbar}>
          {searchPlaceholder !== undefined && (
            <TextInput
              type="search"
              className={styles.search}
              aria-label={searchPlaceholder}
              placeholder={searchPlaceholder}
              leftSection={<IconSearch size={14} aria-hidden />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          )}
          {typeof toolbar === 'function' ? toolbar(shown) : toolbar}
          <Text component="span" c="dimmed" role="status" className={styles.count}>
            {shown.length === rows.length ? countOf(rows.length, 'row') : `${shown.length} of ${countOf(rows.length, 'row')}`}
          </Text>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={setScroller} className={styles.scroll} aria-label={label} tabIndex={0} data-windowed={windowed || undefined}>
        <Table highlightOnHover stickyHeader {...(windowed ? { layout: 'fixed', 'aria-rowcount': shown.length + 1 } : {})}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <HeadCell key={column.key} column={column} order={order} onOrder={setOrder} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {windowed ? (
              <SeenRows shown={shown} columns={columns} rowKey={rowKey} scroller={scroller} />
            ) : (
              <AllRows shown={shown} columns={columns} rowKey={rowKey} />
            )}
            {shown.length === 0 && (
              <Table.Tr>
                <Table.Td colSpan={columns.length}>
                  <Text c="dimmed">{emptyRow}</Text>
                </Table.Td>
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      </section>
    </div>
  )
}

/** Rows that are drawn within a frame or two. */
const ALL_EXIST = 200

interface DataTableProps<Row> {
  /** Names the table for a screen reader; not the same as the heading of a Section around it. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly DataColumn<Row>[]
  readonly rowKey: (row: Row) => string
  /** Left out: no search. */
  readonly searchPlaceholder?: string
  /** Filters and the like, beside the search; it may ask which rows are shown. */
  readonly toolbar?: ReactNode | ((shown: readonly Row[]) => ReactNode)
  readonly initialOrder?: Order
  readonly emptyRow?: string
}

interface Order {
  readonly key: string
  readonly descending: boolean
}

function HeadCell<Row>({ column, order, onOrder }: HeadCellProps<Row>) {
  const own = order?.key === column.key ? order : null
  const Icon = own === null ? IconArrowsSort : own.descending ? IconArrowDown : IconArrowUp
  const style = column.width === undefined ? {} : { w: column.width }
  const sorted = own === null ? undefined : own.descending ? 'descending' : 'ascending'
  return (
    <Table.Th ta={column.align ?? 'left'} aria-sort={sorted} {...style}>
      {column.value === undefined ? (
        column.title || <span className="visually-hidden">Actions</span>
      ) : (
        <UnstyledButton
          className={styles.head}
          onClick={() => onOrder({ key: column.key, descending: own !== null && !own.descending })}
          data-sorted={own !== null || undefined}
        >
          {column.title}
          <Icon size={12} aria-hidden />
        </UnstyledButton>
      )}
    </Table.Th>
  )
}

interface HeadCellProps<Row> {
  readonly column: DataColumn<Row>
  readonly order: Order | null
  readonly onOrder: (order: Order) => void
}

/** The columns as they were, while what they sort and search by is the same: cells may change with every click, the order does not. */
function useSameValues<Row>(columns: readonly DataColumn<Row>[]): readonly DataColumn<Row>[] {
  const [kept, setKept] = useState(columns)
  const same =
    kept.length === columns.length && columns.every(({ key, value }, index) => kept[index]?.key === key && kept[index].value === value)
  if (same) return kept
  setKept(columns)
  return columns
}

/** Rows that hold every word of the search somewhere in their values, in the order asked for. */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Pick<DataColumn<Row>, 'key' | 'value'>[],
  search: string,
  order: Order | null,
): readonly Row[] {
  const words = search
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const found =
    words.length === 0
      ? rows
      : rows.filter((row) => {
          const text = columns
            .map(({ value }) => value?.(row) ?? '')
            .join('\n')
            .toLocaleLowerCase()
          return words.every((word) => text.includes(word))
        })
  const value = columns.find(({ key }) => key === order?.key)?.value
  if (order === null || value === undefined) return found
  const sign = order.descending ? -1 : 1
  return [...found].sort((one, other) => compare(value(one), value(other), sign))
}

const collator = new Intl.Collator(undefined, { numeric: true })

function compare(one: string | number | null, other: string | number | null, sign: 1 | -1): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
  return sign * (typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other)))
}
