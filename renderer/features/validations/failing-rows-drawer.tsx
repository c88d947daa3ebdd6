import { Button, Group, Text } from '@mantine/core'
import { IconTerminal2 } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { navigate } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import type { ExpectationResult } from '#shared/model/run.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { ErrorState } from '#ui/error-state.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { FailingRowsTable } from './failing-rows-table.tsx'
import { type FailingRowsResult, useFailingRows } from './use-failing-rows.ts'
import styles from './validations.module.css'

/** The exact query behind a failure, and the rows it finds now. */
export function FailingRowsDrawer({ result, dataSourceId, onClose }: FailingRowsDrawerProps) {
  const sql = result?.failingRowsSql ?? null
  const opened = result !== null && sql !== null && dataSourceId !== null
  return (
    <SidePanel opened={opened} onClose={onClose} size="min(1100px, 85vw)" title="Failing rows">
      {opened && <FailingRows result={result} sql={sql} dataSourceId={dataSourceId} />}
    </SidePanel>
  )
}

interface FailingRowsDrawerProps {
  /** null: closed. */
  readonly result: ExpectationResult | null
  /** null while it is not known. */
  readonly dataSourceId: string | null
  onClose(): void
}

function FailingRows({
  result,
  sql,
  dataSourceId,
}: {
  readonly result: ExpectationResult
  readonly sql: string
  readonly dataSourceId: string
}) {
  const rows = useFailingRows(dataSourceId, sql)
  const cache = useQueryClient()
  const openInQueryPane = async () => {
    try {
      await api.query.drafts.save({ tabId: crypto.randomUUID(), dataSourceId, title: 'Failing rows', sql })
      await cache.invalidateQueries({ queryKey: queries.query.drafts.list.key() })
      navigate({ page: 'query', source: dataSourceId })
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <>
      <Text component="p" m={0} fw={500}>
        {result.sentence}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.query} tabIndex={0} aria-label="The query">
        <pre>{sql}</pre>
      </section>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <CopyButton value={sql} label="Copy query" />
          <Button variant="default" leftSection={<IconTerminal2 size={14} aria-hidden />} onClick={() => void openInQueryPane()}>
            Open in query pane
          </Button>
        </Group>
        <Text c="dimmed" role="status">
          {rows.result === null ? '' : countSentence(rows.result)}
        </Text>
      </Group>
      {rows.error !== null ? (
        <Problem error={rows.error} onRetry={rows.again} />
      ) : rows.problem !== null ? (
        <ErrorState
          title="The server refused"
          sentence={rows.problem.message}
          remedy={rows.problem.hint ?? 'The table may have changed since the run. Validate again for a query that fits it.'}
          facts={rows.problem.sqlstate === null ? [] : [{ label: 'SQLSTATE', value: rows.problem.sqlstate }]}
          actions={
            <Button variant="default" onClick={rows.again}>
              Try again
            </Button>
          }
        />
      ) : rows.result === null ? (
        <Loading rows={8} label="Reading the failing rows" />
      ) : (
        <FailingRowsTable result={rows.result} />
      )}
    </>
  )
}

/** The rows are read now, and the run was then: both numbers may be right. */
function countSentence({ rowCount, done, limited }: FailingRowsResult): string {
  if (!done) return `${countOf(rowCount, 'row')} so far`
  return limited ? `The first ${countOf(rowCount, 'row')}` : `${countOf(rowCount, 'row')} now`
}
