import { Button, Menu, Text } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import { type ReactNode, type RefObject, useState } from 'react'
import { exportResult } from '#parts/export-result.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { ExportFormat, ExportSource } from '#shared/model/query.ts'
import { countOf, formatCount } from '#ui/format.ts'
import { copyFormats, copyTitles } from '#ui/grid/copy-formats.ts'
import type { GridHandle } from '#ui/grid/grid-types.ts'
import { notify } from '#ui/notify.tsx'
import { ALL_ROWS } from './query-run.ts'
import styles from './result-bar.module.css'
import type { RunResult, RunState } from './run-state.ts'

/** Over a result: whether it is all of it, and the way to the rest and into a file. */
export function ResultBar({ grid, run, result, arranged, title, exportAgain, onReadMore, children }: ResultBarProps) {
  const ended = run.phase === 'finished'
  return (
    <div className={styles.resultBar}>
      {ended && result.limited && <More run={run} result={result} onReadMore={onReadMore} />}
      {children}
      <CopyMenu grid={grid} />
      <SaveMenu run={run} result={result} arranged={arranged} title={title} exportAgain={exportAgain} disabled={!ended} />
    </div>
  )
}

interface ResultBarProps {
  readonly grid: RefObject<GridHandle | null>
  readonly run: RunState
  readonly result: RunResult
  readonly title: string
  /** What reads all rows for a file; null: nothing was executed. */
  exportAgain(): ExportSource | null
  onReadMore(rowLimit: number): void
  /** Sorted or filtered, as the rows are saved then; null: as they came. */
  readonly arranged: Arranged | null
  /** Before the ways out. */
  readonly children?: ReactNode
}

interface Arranged {
  readonly arrangementId: string
  readonly rowCount: number
}

function More({ run, result, onReadMore }: Pick<ResultBarProps, 'run' | 'result' | 'onReadMore'>) {
  const { rowLimit } = run.sent
  if (result.rowCount < rowLimit) return <Text size="sm">{`The room for rows is full after ${countOf(result.rowCount, 'row')}.`}</Text>
  const alone = (run.progress?.count ?? 1) === 1
  if (!result.repeatable || !alone)
    return (
      <Text size="sm">
        {'There are more rows. '}
        {result.repeatable
          ? 'Execute its statement alone to read more.'
          : 'Its statement may change something, so it is not run again for more.'}
      </Text>
    )
  const next = rowLimit * 10
  return (
    <>
      <Text size="sm">There are more rows. Reading them runs the query again.</Text>
      <Button size="compact-xs" variant="default" title="Runs the query again" onClick={() => onReadMore(next)}>
        {`Read ${formatCount(next)}`}
      </Button>
      <Button size="compact-xs" variant="default" title="Runs the query again" onClick={() => onReadMore(ALL_ROWS)}>
        Read all
      </Button>
    </>
  )
}

/** Of the cells that are selected. */
function CopyMenu({ grid }: Pick<ResultBarProps, 'grid'>) {
  return (
    <Menu position="bottom-end" shadow="sm">
      <Menu.Target>
        <Button size="compact-xs" variant="default" leftSection={<IconCopy size={14} aria-hidden />} title="Copy the selected cells">
          Copy as
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {copyFormats.map((format) => (
          <Menu.Item key={format} onClick={() => grid.current?.copy(format)}>
            {copyTitles[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The rows that were read, from where they are kept and as they stand; where there are more, all of them by running the query again. The file is there whole or not at all. */
function SaveMenu({ run, result, arranged, title, exportAgain, disabled }: SaveMenuProps) {
  const rowCount = arranged?.rowCount ?? result.rowCount
  const kept: ExportSource = {
    kind: 'kept',
    resultId: result.resultId,
    ...(arranged === null ? {} : { arrangementId: arranged.arrangementId }),
  }
  const [saving, setSaving] = useState<{ readonly done: number; readonly total: number | null; readonly abort: AbortController } | null>(
    null,
  )
  const save = async (source: ExportSource, format: ExportFormat) => {
    const abort = new AbortController()
    setSaving({ done: 0, total: null, abort })
    try {
      const progress = (done: number, total: number | null) => setSaving({ done, total, abort })
      const exported = await exportResult({ source, format, name: title, signal: abort.signal, progress })
      if (exported.kind === 'saved')
        notify({ message: `${countOf(exported.rowCount, 'row')} saved${exported.file === null ? '' : ` as ${exported.file}`}.` })
    } catch (error) {
      if (!abort.signal.aborted) notifyError(error)
    } finally {
      setSaving(null)
    }
  }
  if (saving !== null)
    return (
      <span className={styles.pair}>
        <Text size="sm" role="status">
          {saving.total === null
            ? `Saving, ${countOf(saving.done, 'row')}`
            : `Saving, ${formatCount(saving.done)} of ${countOf(saving.total, 'row')}`}
        </Text>
        <Button size="compact-xs" variant="default" onClick={() => saving.abort.abort()}>
          Cancel
        </Button>
      </span>
    )
  const some = result.limited || !result.done
  const again = some && result.repeatable && (run.progress?.count ?? 1) === 1 ? exportAgain() : null
  return (
    <Menu position="bottom-end" shadow="sm">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={disabled}
          data-save-results
          aria-keyshortcuts="F8"
          title="Save rows to a file (F8)"
        >
          {(some && again === null) || arranged !== null ? `Save these ${countOf(rowCount, 'row')}` : 'Save results'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {again !== null && <Menu.Label>{`These ${countOf(rowCount, 'row')}`}</Menu.Label>}
        {formats.map(({ format, label }) => (
          <Menu.Item key={format} onClick={() => void save(kept, format)}>
            {label}
          </Menu.Item>
        ))}
        {again !== null && (
          <>
            <Menu.Divider />
            <Menu.Label>All rows. The query runs again, read-only.</Menu.Label>
            {formats.map(({ format, label }) => (
              <Menu.Item key={format} aria-label={`All rows, ${label}`} onClick={() => void save(again, format)}>
                {label}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

type SaveMenuProps = Pick<ResultBarProps, 'run' | 'result' | 'arranged' | 'title' | 'exportAgain'> & { readonly disabled: boolean }

const formats: readonly { readonly format: ExportFormat; readonly label: string }[] = [
  { format: 'csv-exact', label: 'CSV, every value as it is' },
  { format: 'csv-spreadsheet', label: 'CSV for a spreadsheet' },
  { format: 'tsv', label: 'TSV, as COPY writes it' },
  { format: 'json', label: 'JSON' },
  { format: 'json-lines', label: 'JSON Lines' },
  { format: 'parquet', label: 'Parquet' },
]
