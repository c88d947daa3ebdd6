import { Button, Menu, Text } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import { type ReactNode, type RefObject, useState } from 'react'
import { exportResult, fileTypes } from '#parts/export-result.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { ExportFormat } from '#shared/model/query.ts'
import { countOf, formatCount } from '#ui/format.ts'
import { copyFormats, copyTitles } from '#ui/grid/copy-formats.ts'
import type { GridHandle } from '#ui/grid/grid-types.ts'
import { notify } from '#ui/notify.tsx'
import { saveFile } from '#ui/save-file.ts'
import styles from './query.module.css'
import { ALL_ROWS } from './query-run.ts'
import type { RunResult, RunState } from './run-state.ts'

/** Over a result: whether it is all of it, and the way to the rest and into a file. */
export function ResultBar({ grid, run, result, arranged, title, onReadMore, children }: ResultBarProps) {
  const ended = run.phase === 'finished'
  return (
    <div className={styles.resultBar}>
      {ended && result.limited && <More run={run} result={result} onReadMore={onReadMore} />}
      {children}
      <CopyMenu grid={grid} />
      <SaveMenu result={result} arranged={arranged} title={title} disabled={!ended} />
    </div>
  )
}

interface ResultBarProps {
  readonly grid: RefObject<GridHandle | null>
  readonly run: RunState
  readonly result: RunResult
  readonly title: string
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

/** Of the rows that were read, from where they are kept: nothing runs again. The file is there whole or not at all. */
function SaveMenu({ result, arranged, title, disabled }: SaveMenuProps) {
  const { resultId } = result
  const rowCount = arranged?.rowCount ?? result.rowCount
  const [saving, setSaving] = useState<{ readonly done: number; readonly abort: AbortController } | null>(null)
  const save = async (format: ExportFormat) => {
    const abort = new AbortController()
    setSaving({ done: 0, abort })
    try {
      const request = {
        dataSourceId: '',
        sql: '',
        statementTimeoutMs: 0,
        format,
        whole: { resultId, rowCount, arrangementId: arranged?.arrangementId },
        signal: abort.signal,
      }
      const exported = await exportResult({ ...request, progress: (done) => setSaving({ done, abort }) })
      if (exported.kind === 'refused') return notify({ message: exported.sentence, tone: 'failed' })
      saveFile(`${title}${fileTypes[format].ending}`, exported.content)
      notify({ message: `${countOf(exported.rowCount, 'row')} saved.` })
    } catch (error) {
      if (!abort.signal.aborted) notifyError(error)
    } finally {
      setSaving(null)
    }
  }
  if (saving !== null)
    return (
      <span className={styles.commitPair}>
        <Text size="sm" role="status">{`Saving, ${formatCount(saving.done)} of ${countOf(rowCount, 'row')}`}</Text>
        <Button size="compact-xs" variant="default" onClick={() => saving.abort.abort()}>
          Cancel
        </Button>
      </span>
    )
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
          title="Save the rows that were read to a file (F8)"
        >
          {result.limited || !result.done || arranged !== null ? `Save these ${countOf(rowCount, 'row')}` : 'Save results'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label }) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

interface SaveMenuProps extends Pick<ResultBarProps, 'result' | 'arranged' | 'title'> {
  readonly disabled: boolean
}

const formats: readonly { readonly format: ExportFormat; readonly label: string }[] = [
  { format: 'csv-exact', label: 'CSV, every value as it is' },
  { format: 'csv-spreadsheet', label: 'CSV for a spreadsheet' },
  { format: 'tsv', label: 'TSV, as COPY writes it' },
  { format: 'json', label: 'JSON' },
  { format: 'json-lines', label: 'JSON Lines' },
]
