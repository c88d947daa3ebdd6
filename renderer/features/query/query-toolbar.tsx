import { ActionIcon, Button, Select, Switch, Text, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconDeviceFloppy, IconFolderOpen, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { EnvironmentMark } from '#parts/environment-mark.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { ProtectionMark } from '#parts/protection-mark.tsx'
import type { DataSource } from '#shared/model/data-source.ts'
import type { QueryMacro } from '#shared/model/query-macro.ts'
import type { EditorCommand } from '#ui/sql-editor/editor-commands.ts'
import { EditMenu } from './edit-menu.tsx'
import { ExplainMenu } from './explain-menu.tsx'
import { MacroMenu } from './macro-menu.tsx'
import { QueryOptions } from './query-options.tsx'
import { SessionMark, statusOf } from './query-session.tsx'
import type { QueryTab } from './query-tabs.ts'
import styles from './query-toolbar.module.css'
import { clockOf } from './query-words.ts'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { queryTabs, useRun } from './use-query-tabs.ts'
import { readOnlyOf, useNowUntil, withReadOnly } from './write-lock.ts'

/** What the tab runs, where, in which transaction, and whether it may change anything. */
export function QueryToolbar({
  tab,
  sources,
  source,
  onExecute,
  onExplain,
  onEnd,
  onOpenFile,
  onSaveFile,
  onCommand,
  macroSql,
  onMacro,
}: QueryToolbarProps) {
  const run = queryTabs.run(tab.id)
  const state = useRun(run)
  const status = statusOf(state)
  const running = status === 'active'
  const inTransaction = status === 'transaction' || status === 'failed'
  const now = useNowUntil(tab.unlockedUntil)
  const locked = source?.readOnly === true
  const readOnly = readOnlyOf(tab, source, now)
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Query">
      <SessionMark status={status} />
      <Tooltip label="Open a file in a new tab (Ctrl+O)">
        <ActionIcon aria-label="Open a file" aria-keyshortcuts="Control+O" onClick={onOpenFile}>
          <IconFolderOpen size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Save the text as a file (Ctrl+S)">
        <ActionIcon aria-label="Save as a file" aria-keyshortcuts="Control+S" disabled={tab.sql === ''} onClick={onSaveFile}>
          <IconDeviceFloppy size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <EditMenu empty={tab.sql === ''} onCommand={onCommand} />
      <Select
        aria-label="Data source"
        placeholder="Data source"
        className={styles.sourceChoice}
        data={sources.map(({ id, name }) => ({ value: id, label: name }))}
        value={source?.id ?? null}
        // SECURITY: leave to write was given for one data source; the next one may be production.
        onChange={(id) => id !== null && queryTabs.change(tab.id, { dataSourceId: id, readOnly: null, unlockedUntil: null })}
        allowDeselect={false}
        disabled={running || inTransaction}
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
      <Tooltip label="Cancel what runs (Alt+Shift+C)">
        <ActionIcon
          aria-label="Cancel"
          aria-keyshortcuts="Alt+Shift+C"
          disabled={state.phase !== 'running'}
          onClick={() => void run.cancel().catch(notifyError)}
        >
          <IconPlayerStop size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ExplainMenu disabled={running || source === null || tab.sql.trim() === ''} onExplain={onExplain} />
      <QueryOptions tab={tab} locked={running || inTransaction} />
      <span className={styles.commitPair}>
        <Tooltip label="Commit (Ctrl+Shift+M)">
          <ActionIcon
            aria-label="Commit"
            aria-keyshortcuts="Control+Shift+M"
            disabled={status !== 'transaction'}
            onClick={() => onEnd('commit')}
          >
            <IconCheck size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Rollback (Ctrl+Shift+R)">
          <ActionIcon aria-label="Rollback" aria-keyshortcuts="Control+Shift+R" disabled={!inTransaction} onClick={() => onEnd('rollback')}>
            <IconArrowBackUp size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </span>
      <MacroMenu disabled={running || source === null} sql={macroSql} onRun={onMacro} />
      <Switch
        label="Read only"
        checked={readOnly}
        onChange={(event) => queryTabs.change(tab.id, withReadOnly(event.currentTarget.checked, source))}
        disabled={running || locked || inTransaction}
        title={locked ? 'The settings of this data source say that nothing is written here.' : READ_ONLY_HINT}
      />
      {!tab.autocommit && (
        <Text component="span" className={styles.quiet}>
          Autocommit off
        </Text>
      )}
      {!readOnly && source?.environment === 'production' && tab.unlockedUntil !== null && (
        <Text component="span" className={styles.note}>
          <span role="status">{`What runs here changes production: ${source.name}.`}</span>
          {` Read only again in ${clockOf(tab.unlockedUntil - now)}`}
        </Text>
      )}
      <span className={styles.pushed}>
        <ShortcutSheet />
      </span>
    </div>
  )
}

interface QueryToolbarProps {
  readonly tab: QueryTab
  readonly sources: readonly DataSource[]
  /** null: none is chosen. */
  readonly source: DataSource | null
  onExecute(): void
  onExplain(analyze: boolean): void
  onEnd(how: 'commit' | 'rollback'): void
  onOpenFile(): void
  onSaveFile(): void
  onCommand(command: EditorCommand): void
  /** What a new macro begins with. */
  macroSql(): string
  onMacro(macro: QueryMacro): void
}

const READ_ONLY_HINT =
  'Each statement runs in a read-only transaction, in which the server refuses what would change data. Functions that act outside of the transaction, such as dblink_exec or pg_terminate_backend, are not held by it.'
