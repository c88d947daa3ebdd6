import { Button, Select, Switch, Text } from '@mantine/core'
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { EnvironmentMark } from '#parts/environment-mark.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { ProtectionMark } from '#parts/protection-mark.tsx'
import type { DataSource } from '#shared/model/data-source.ts'
import styles from './query.module.css'
import type { QueryTab } from './query-tabs.ts'
import { queryTabs, useRun } from './use-query-tabs.ts'

/** What the tab runs, where, and whether it may change anything. */
export function QueryToolbar({ tab, sources, source, onExecute }: QueryToolbarProps) {
  const run = queryTabs.run(tab.id)
  const { phase } = useRun(run)
  const running = phase === 'running' || phase === 'cancelling'
  const locked = source?.readOnly === true
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Query">
      <Select
        aria-label="Data source"
        placeholder="Data source"
        w={200}
        data={sources.map(({ id, name }) => ({ value: id, label: name }))}
        value={source?.id ?? null}
        // SECURITY: leave to write was given for one data source; the next one may be production.
        onChange={(id) => id !== null && queryTabs.change(tab.id, { dataSourceId: id, readOnly: true })}
        allowDeselect={false}
        disabled={running}
        leftSection={source === null ? null : <EnvironmentMark environment={source.environment} />}
      />
      {source !== null && <ProtectionMark dataSourceName={source.name} />}
      <Button
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        onClick={onExecute}
        disabled={running || source === null || tab.sql.trim() === ''}
        title="Execute the script, or what is selected of it (F5)"
        aria-keyshortcuts="F5"
      >
        Execute (F5)
      </Button>
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={14} aria-hidden />}
        onClick={() => void run.cancel().catch(notifyError)}
        disabled={phase !== 'running'}
        title="Cancel what runs (Alt+Shift+C)"
        aria-keyshortcuts="Alt+Shift+C"
      >
        Cancel
      </Button>
      <Switch
        label="Read only"
        checked={tab.readOnly || locked}
        onChange={(event) => queryTabs.change(tab.id, { readOnly: event.currentTarget.checked })}
        disabled={running || locked}
        title={locked ? 'The settings of this data source say that nothing is written here.' : READ_ONLY_HINT}
      />
      {!tab.readOnly && !locked && source?.environment === 'production' && (
        <Text component="span" role="status" className={styles.note}>
          {source.name} is a production data source: what runs here changes it.
        </Text>
      )}
    </div>
  )
}

interface QueryToolbarProps {
  readonly tab: QueryTab
  readonly sources: readonly DataSource[]
  /** null: none is chosen. */
  readonly source: DataSource | null
  onExecute(): void
}

const READ_ONLY_HINT =
  'Each statement runs in a read-only transaction, in which the server refuses what would change data. Functions that act outside of the transaction, such as dblink_exec or pg_terminate_backend, are not held by it.'
