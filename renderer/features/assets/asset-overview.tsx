import { Tooltip } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { AssetProfileBar } from '#parts/asset-profile-bar.tsx'
import { Problem } from '#parts/problem.tsx'
import { percentText } from '#parts/run-view.ts'
import type { ColumnProfile, DataAsset } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { Loading } from '#ui/loading.tsx'
import { ShareBar } from '#ui/plots/share-bar.tsx'
import styles from './assets.module.css'
import { figureText } from './figure-text.ts'
import { TopValues } from './top-values.tsx'

/** Columns and their types, asked of the server now; figures as they were when they were last measured. */
export function AssetOverview({ asset }: { readonly asset: DataAsset }) {
  const columns = useQuery(queries.assets.columns.queryOptions({ input: { id: asset.id } }))
  const profile = useQuery(queries.assets.profile.queryOptions({ input: { id: asset.id } }))
  if (columns.isPending || profile.isPending) return <Loading rows={10} />
  if (columns.isError) return <Problem error={columns.error} onRetry={() => void columns.refetch()} />
  if (profile.isError) return <Problem error={profile.error} onRetry={() => void profile.refetch()} />
  return (
    <>
      {asset.query !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={styles.query} aria-label="Query" tabIndex={0}>
          {asset.query}
        </section>
      )}
      <div className={styles.profileBar}>
        <AssetProfileBar
          asset={asset}
          profile={profile.data}
          invitation={`Counts rows and missing values, and measures each column. Reads the whole ${asset.kind} once.`}
          onMeasured={() => void columns.refetch()}
        />
      </div>
      <div className={profile.data === null ? undefined : styles.measured}>
        <DataTable
          label={`Columns of ${asset.name}`}
          rows={columns.data.map((column) => ({ column, figures: profile.data?.columns.find(({ name }) => name === column.name) ?? null }))}
          columns={profile.data === null ? catalogColumns : [...catalogColumns, ...figureColumns]}
          rowKey={({ column }) => column.name}
          {...(columns.data.length > 12 ? { searchPlaceholder: 'Search columns' } : {})}
        />
      </div>
      {profile.data !== null && profile.data.problems.length > 0 && (
        <ul className={styles.problems}>
          {profile.data.problems.map(({ column, sentence }) => (
            <li key={column}>
              <strong>{column}</strong>: {sentence}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

interface OverviewRow {
  readonly column: Column
  /** null: it was not measured, or came later. */
  readonly figures: ColumnProfile | null
}

const catalogColumns: readonly DataColumn<OverviewRow>[] = [
  {
    key: 'name',
    title: 'Column',
    width: '150px',
    value: ({ column }) => `${column.name}\n${column.comment ?? ''}`,
    cell: ({ column }) => (
      <>
        <span className={styles.columnName}>
          {column.name}
          {column.primaryKey && (
            <Tooltip label="Primary key">
              <IconKey size={14} role="img" aria-label="Primary key" className={styles.key} />
            </Tooltip>
          )}
        </span>
        {column.comment !== null && <span className={styles.columnComment}>{column.comment}</span>}
      </>
    ),
  },
  {
    key: 'type',
    title: 'Type',
    width: '150px',
    value: ({ column }) => column.type,
    cell: ({ column }) => (
      <>
        <span className={styles.type} title={column.type}>
          {column.type}
        </span>
        {!column.nullable && <span className={styles.columnComment}>not null</span>}
      </>
    ),
  },
]

const figureColumns: readonly DataColumn<OverviewRow>[] = [
  {
    key: 'nulls',
    title: 'Null',
    value: ({ figures }) => figures?.nullPercent ?? null,
    cell: ({ figures }) =>
      figures === null || figures.nullPercent === null ? (
        '–'
      ) : (
        <ShareBar percent={figures.nullPercent} text={percentText(figures.nullPercent)} />
      ),
  },
  figure('min', 'Min'),
  figure('max', 'Max'),
  figure('mean', 'Mean', 'right'),
  figure('median', 'Median', 'right'),
  {
    key: 'top',
    title: 'Most frequent values',
    cell: ({ figures }) => (figures?.topValues == null ? '–' : <TopValues column={figures.name} values={figures.topValues} />),
  },
]

/** A figure in PostgreSQL's own text: sorted as a number where it is one, shorter where it is long, and whole in its title. */
function figure(key: 'min' | 'max' | 'mean' | 'median', title: string, align: 'left' | 'right' = 'left'): DataColumn<OverviewRow> {
  const text = ({ figures }: OverviewRow) => figures?.[key] ?? null
  return {
    key,
    title,
    align,
    value: (row) => {
      const value = text(row)
      return value !== null && row.figures?.category === 'N' && !Number.isNaN(Number(value)) ? Number(value) : value
    },
    cell: (row) => {
      const value = text(row)
      if (value === null) return '–'
      const { text: written, below } = figureText(value, row.figures?.category ?? '')
      return (
        <span className={styles.figure} title={value}>
          {written}
          {below !== null && <span className={styles.columnComment}>{below}</span>}
        </span>
      )
    },
  }
}
