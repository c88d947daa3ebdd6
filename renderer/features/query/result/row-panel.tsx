import { ActionIcon, CloseButton, Text, TextInput, Title } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconCopy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { ofResult } from '#parts/of-result.ts'
import { Problem } from '#parts/problem.tsx'
import type { ResultColumn } from '#shared/model/query.ts'
import { copyText } from '#ui/copy-text.ts'
import { formatCount } from '#ui/format.ts'
import { written } from '#ui/grid/copy-formats.ts'
import { Loading } from '#ui/loading.tsx'
import styles from './result.module.css'

/** Characters of a value; the rest is a key away. */
const SHOWN_LENGTH = 2_000

/** One row as a form, beside the grid. */
export function RowPanel({ resultId, arrangementId, columns, layout, row, rowCount, column, onPlace, onOpenCell, onClose }: RowPanelProps) {
  const [search, setSearch] = useState('')
  const input = { ...ofResult(resultId, arrangementId), from: row, count: 1, clipLength: SHOWN_LENGTH }
  const window = useQuery(queries.query.window.queryOptions({ input, gcTime: 0, placeholderData: (before) => before }))
  const cells = window.data?.rows[0]
  const clipped = new Set((window.data?.clipped ?? []).map(([, clippedColumn]) => clippedColumn))
  const words = search.toLowerCase()
  const shown = layout.filter((index) => words === '' || (columns[index]?.name ?? '').toLowerCase().includes(words))
  const copy = () => {
    if (cells === undefined) return
    const named = layout.flatMap((index) => columns[index] ?? [])
    void copyText(
      written('json', named, [layout.map((index) => cells[index] ?? null)]),
      clipped.size === 0 ? 'The row was copied as JSON.' : 'The row was copied as JSON; its long values were cut.',
    )
  }
  return (
    <section className={styles.side} aria-label="Row">
      <div className={styles.sideHead}>
        <Title order={2} size="h3" className={styles.sideTitle}>{`Row ${formatCount(row + 1)}`}</Title>
        <ActionIcon aria-label="Row before" disabled={row === 0} onClick={() => onPlace(row - 1, column)}>
          <IconChevronUp size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon aria-label="Next row" disabled={row >= rowCount - 1} onClick={() => onPlace(row + 1, column)}>
          <IconChevronDown size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon aria-label="Copy the row" title="Copy the row as JSON" onClick={copy}>
          <IconCopy size={16} aria-hidden />
        </ActionIcon>
        <CloseButton size="sm" aria-label="Close the row" onClick={onClose} />
      </div>
      {layout.length > 12 && (
        <TextInput
          aria-label="Find a column"
          placeholder="Find a column"
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      )}
      {window.isError ? (
        <Problem error={window.error} onRetry={() => void window.refetch()} />
      ) : cells === undefined ? (
        <Loading rows={6} />
      ) : (
        <div className={styles.fields}>
          {shown.map((index) => {
            const value = cells[index] ?? null
            return (
              <button
                key={index}
                type="button"
                className={styles.field}
                aria-current={index === column || undefined}
                title="Show the value whole"
                onClick={() => onOpenCell(row, index)}
              >
                <span className={styles.fieldName}>
                  {columns[index]?.name} <span className={styles.fieldType}>{columns[index]?.type}</span>
                </span>
                {value === null ? (
                  <span className={styles.null}>[null]</span>
                ) : (
                  <span className={styles.fieldValue}>{`${value}${clipped.has(index) ? ' …' : ''}`}</span>
                )}
              </button>
            )
          })}
          {shown.length === 0 && <Text p="sm">No column has this in its name.</Text>}
        </div>
      )}
    </section>
  )
}

interface RowPanelProps {
  readonly resultId: string
  readonly arrangementId?: string | undefined
  readonly columns: readonly ResultColumn[]
  readonly layout: readonly number[]
  /** As it stands in the arrangement. */
  readonly row: number
  readonly rowCount: number
  /** The active one. */
  readonly column: number
  onPlace(row: number, column: number): void
  onOpenCell(row: number, column: number): void
  onClose(): void
}
