import { Table } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { DataColumn } from './data-column.ts'
import styles from './data-table.module.css'

/** Rows of a table: all of them, or only those that are seen, with empty space in the place of the others. */
interface RowsProps<Row> {
  readonly shown: readonly Row[]
  readonly columns: readonly DataColumn<Row>[]
  readonly rowKey: (row: Row) => string
}

export function AllRows<Row>({ shown, columns, rowKey }: RowsProps<Row>) {
  return shown.map((row) => (
    <Table.Tr key={rowKey(row)}>
      <Cells row={row} shown={shown} columns={columns} />
    </Table.Tr>
  ))
}

export function SeenRows<Row>({ shown, columns, rowKey, scroller }: RowsProps<Row> & { readonly scroller: HTMLElement | null }) {
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 8,
  })
  const items = rows.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  return (
    <>
      <Space heightPx={first?.start ?? 0} columns={columns.length} />
      {items.map(({ index }) => {
        const row = shown[index]
        return row === undefined ? null : (
          // The head is the first row of the table.
          <Table.Tr key={rowKey(row)} aria-rowindex={index + 2}>
            <Cells row={row} shown={shown} columns={columns} />
          </Table.Tr>
        )
      })}
      <Space heightPx={last === undefined ? 0 : rows.getTotalSize() - last.end} columns={columns.length} />
    </>
  )
}

/** As data-table.module.css has it: rows that were measured would move the list under a long scroll. */
const ROW_HEIGHT_PX = 36

function Space({ heightPx, columns }: { readonly heightPx: number; readonly columns: number }) {
  if (heightPx <= 0) return null
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height: heightPx, padding: 0 }} />
    </tr>
  )
}

function Cells<Row>({ row, shown, columns }: { row: Row; shown: readonly Row[]; columns: readonly DataColumn<Row>[] }) {
  return columns.map((column) => (
    <Table.Td key={column.key} ta={column.align ?? 'left'} className={styles.cell}>
      {column.cell === undefined ? (column.value?.(row) ?? '–') : column.cell(row, shown)}
    </Table.Td>
  ))
}
