import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { usePreferences } from '#api/preferences.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { DataSource } from '#shared/model/data-source.ts'
import { macroText, type QueryMacro, SELECTION_MARK } from '#shared/model/query-macro.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'
import { hiddenCharacters } from '#shared/sql/hidden-characters.ts'
import { type ParameterValues, parametersOf } from '#shared/sql/parameters.ts'
import { statementAt } from '#shared/sql/split-statements.ts'
import { countOf } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import type { CursorPlace, SqlEditorHandle } from '#ui/sql-editor/editor-types.ts'
import { SqlEditor } from '#ui/sql-editor/sql-editor.tsx'
import { forgetNames, useCompletionCatalog } from './completion-catalog.ts'
import { explainPrefix } from './explain-options.ts'
import { useMacros } from './macro-menu.tsx'
import { ParameterForm } from './parameter-form.tsx'
import { useQueryKeys } from './query-keys.ts'
import type { RunRequest } from './query-run.ts'
import { IDLE_LIMIT_MS, SessionStrip, statusOf, useSessionPolling } from './query-session.tsx'
import { QueryStatus } from './query-status.tsx'
import styles from './query-tab.module.css'
import type { QueryTab } from './query-tabs.ts'
import { QueryToolbar } from './query-toolbar.tsx'
import { isPlan, type PaneName, paneOf, planPaneOf, ResultTabs } from './result-tabs.tsx'
import type { RunState } from './run-state.ts'
import { SplitPanes } from './split-panes.tsx'
import { openSqlFile, saveSqlFile } from './sql-file.ts'
import type { PanePlace } from './tab-panes.ts'
import { queryTabs, useRun, useTabs } from './use-query-tabs.ts'
import { readOnlyOf } from './write-lock.ts'

/** One query: its text, what runs it, and what came of it. */
export function QueryTabPanel({ tab, active, place, sources }: QueryTabPanelProps) {
  const run = queryTabs.run(tab.id)
  const state = useRun(run)
  const panel = useRef<HTMLDivElement>(null)
  const editor = useRef<SqlEditorHandle>(null)
  const [chosen, setChosen] = useState<{ readonly startedAt: number; readonly pane: PaneName } | null>(null)
  const { preferences } = usePreferences()
  const [cursor, setCursor] = useState<CursorPlace>({ line: 1, column: 1, selectedLength: 0 })
  const [selected, setSelected] = useState({ rows: 0, summary: '' })
  const onSelected = useCallback((rows: number, summary: string) => setSelected({ rows, summary }), [])
  const source = sources.find(({ id }) => id === tab.dataSourceId) ?? null
  // A choice holds until the next run, which shows what it brings.
  const pane =
    chosen !== null && (chosen.startedAt === state.startedAt || chosen.pane === 'history' || chosen.pane === 'notifications')
      ? chosen.pane
      : paneFor(state)
  const result = state.results.find((result) => paneOf(result) === pane) ?? null
  const [asking, setAsking] = useState<{ readonly part: RunPart; readonly names: readonly string[] } | null>(null)
  const macros = useMacros()
  const catalog = useCompletionCatalog(source?.id ?? null)
  const queryClient = useQueryClient()
  const diagnostics = useMemo(() => (state.mark === null ? [] : [state.mark]), [state.mark])

  const historyAsked = useTabs().historyId === tab.id
  useEffect(() => {
    if (!historyAsked) return
    setChosen({ startedAt: state.startedAt, pane: 'history' })
    queryTabs.historyShown()
  }, [historyAsked, state.startedAt])

  useEffect(() => {
    if (state.mark !== null) editor.current?.moveTo(state.mark.from)
  }, [state.mark])

  const changedNames = state.messages.filter((message) => message.kind === 'complete' && CHANGES_NAMES.test(message.commandTag)).length
  useEffect(() => {
    if (changedNames > 0) forgetNames(queryClient)
  }, [changedNames, queryClient])

  const start = (part: RunPart) => {
    if (source === null) return notify({ message: 'Choose a data source first.' })
    if (run.busy || part.sql.trim() === '') return
    const names = preferences.queryEditor.parameters ? parametersOf(part.sql) : []
    if (names.length === 0) return startNow(part)
    // A generic plan is the one for any value.
    if (part.source === 'explain' && preferences.queryEditor.explain.genericPlan)
      return startNow(part, Object.fromEntries(names.map((name) => [name, null])))
    setAsking({ part, names })
  }
  const startNow = (part: RunPart, parameters?: ParameterValues) => {
    if (source === null) return
    setAsking(null)
    setChosen(null)
    setSelected({ rows: 0, summary: '' })
    const session = { ...preferences.queryOptions, autocommit: tab.autocommit, idleLimitMs: IDLE_LIMIT_MS }
    const readOnly = readOnlyOf(tab, source)
    void run.start({ dataSourceId: source.id, readOnly, session, ...part, ...(parameters === undefined ? {} : { parameters }) })
  }
  const runMacro = (macro: QueryMacro) => {
    const sql = macroText(macro, editor.current?.selectedText() ?? '')
    if (sql === null) notify({ message: `Select the text that is to stand for ${SELECTION_MARK} in ${macro.name} first.` })
    else start({ sql, offset: null, source: 'macro' })
  }
  const execute = () => start(selectedPart(tab.sql, editor.current) ?? { sql: tab.sql, offset: 0 })
  const executeStatement = () => {
    const part = selectedPart(tab.sql, editor.current) ?? partAtCaret(tab.sql, editor.current)
    if (part !== null) start(part)
  }
  const explain = (analyze: boolean) => {
    const part = selectedPart(tab.sql, editor.current) ?? partAtCaret(tab.sql, editor.current)
    if (part === null) return
    const prefix = explainPrefix(preferences.queryEditor.explain, analyze)
    const source = analyze ? 'explain-analyze' : 'explain'
    start({ sql: `${prefix}${part.sql}`, offset: part.offset - prefix.length, prefixLength: prefix.length, source })
  }
  const cancel = () => void run.cancel().catch(notifyError)
  const end = (how: 'commit' | 'rollback') => {
    const status = statusOf(state)
    if (status !== 'transaction' && status !== 'failed') return
    void run.endTransaction(how).then((message) => notify({ message }), notifyError)
  }
  const openFile = async () => {
    try {
      const file = await openSqlFile()
      if (file !== null) queryTabs.add({ ...file, dataSourceId: tab.dataSourceId })
    } catch (error) {
      // Sentences of ours, or the browser's own about a file that it may not read.
      notify({ message: error instanceof Error ? error.message : 'The file could not be read.', tone: 'failed' })
    }
  }
  const hidden = useMemo(() => hiddenCharacters(tab.sql), [tab.sql])
  const press = (selector: string) => panel.current?.querySelector<HTMLElement>(selector)?.click()
  useQueryKeys(active, {
    execute,
    executeStatement,
    explain,
    cancel,
    commit: () => end('commit'),
    rollBack: () => end('rollback'),
    options: () => press('[data-query-options]'),
    save: () => press('[data-save-results]'),
    openFile: () => void openFile(),
    saveFile: () => saveSqlFile(tab),
    editMenu: () => press('[data-edit-menu]'),
    macro: (key) => {
      const macro = macros.find((known) => known.shortcut === key)
      if (macro !== undefined) runMacro(macro)
      return macro !== undefined
    },
  })
  useSessionPolling(run, place !== null)

  const onChange = (sql: string) => {
    run.unmark()
    queryTabs.change(tab.id, { sql })
  }
  const onPick = (sql: string) => {
    const before = tab.sql
    onChange(sql)
    editor.current?.focus()
    if (before.trim() !== '' && before !== sql)
      notify({ message: 'The text in the editor was replaced.', undo: () => queryTabs.change(tab.id, { sql: before }) })
  }

  return (
    <div
      ref={panel}
      role="tabpanel"
      id={`panel-${tab.id}`}
      aria-labelledby={`tab-${tab.id}`}
      className={styles.panel}
      data-place={place ?? undefined}
      data-active={active || undefined}
      hidden={place === null}
      onFocusCapture={() => place !== null && queryTabs.activate(tab.id)}
      onPointerDownCapture={() => place !== null && queryTabs.activate(tab.id)}
    >
      <ParameterForm
        names={asking?.names ?? null}
        last={queryTabs.parameters(tab.id)}
        onRun={(values) => {
          queryTabs.keepParameters(tab.id, values)
          if (asking !== null) startNow(asking.part, values)
        }}
        onClose={() => {
          setAsking(null)
          editor.current?.focus()
        }}
      />
      <QueryToolbar
        tab={tab}
        sources={sources}
        source={source}
        onExecute={execute}
        onExplain={explain}
        onCommand={(command) => editor.current?.run(command)}
        macroSql={() => editor.current?.selectedText() || tab.sql}
        onMacro={runMacro}
        onEnd={end}
        onOpenFile={() => void openFile()}
        onSaveFile={() => saveSqlFile(tab)}
      />
      <SessionStrip run={run} state={state} dataSourceId={source?.id ?? null} />
      <SplitPanes name="query.editor" orientation="vertical" sizes={[42, 58]} least={[80, 120]} label="Height of the editor">
        <div className={styles.editor}>
          <div className={styles.editorText}>
            <SqlEditor
              value={tab.sql}
              onChange={onChange}
              label={`SQL of ${tab.title}`}
              height="fill"
              lineNumbers
              tabIndents
              onExecute={execute}
              onExecuteStatement={executeStatement}
              onCursor={setCursor}
              diagnostics={diagnostics}
              catalog={catalog}
              parameters={preferences.queryEditor.parameters}
              handle={editor}
            />
          </div>
          {hidden[0] !== undefined && (
            <Text component="p" role="status" className={styles.secretNote}>
              {`This text holds ${countOf(hidden.length, 'character')} that cannot be seen or that change the order of what is seen. The first is a ${hidden[0].name} in line ${hidden[0].line}, column ${hidden[0].column}: what runs may not be what it looks like.`}
            </Text>
          )}
          {mayHoldSecret(tab.sql) && (
            <Text component="p" role="status" className={styles.secretNote}>
              This text may hold a password. It is kept neither as a draft nor in the history.
            </Text>
          )}
        </div>
        <ResultTabs
          run={state}
          pane={pane}
          dataSourceId={source?.id ?? null}
          onPane={(next) => setChosen({ startedAt: state.startedAt, pane: next })}
          onPick={onPick}
          onInsert={(sql) => editor.current?.insert(sql)}
          title={tab.title}
          onReadMore={(rowLimit) => void run.readMore(rowLimit)}
          exportAgain={() => run.exportAgain()}
          onRetry={execute}
          onSelected={onSelected}
        />
      </SplitPanes>
      <QueryStatus run={state} result={result} selected={result === null ? null : selected} cursor={cursor} />
    </div>
  )
}

/** Command tags of what makes, changes or drops something that has a name. */
const CHANGES_NAMES = /^(CREATE|ALTER|DROP|SELECT INTO|IMPORT)/

/** What is to be run, and where it stands in the editor's text. */
type RunPart = Pick<RunRequest, 'sql' | 'offset' | 'prefixLength' | 'source'>

interface QueryTabPanelProps {
  readonly tab: QueryTab
  /** Keys are for it. */
  readonly active: boolean
  /** null: out of sight. */
  readonly place: PanePlace | null
  readonly sources: readonly DataSource[]
}

/** null: nothing but blanks is selected. */
function selectedPart(sql: string, editor: SqlEditorHandle | null): { readonly sql: string; readonly offset: number } | null {
  const { from, to } = editor?.selection() ?? { from: 0, to: 0 }
  const selected = sql.slice(from, to)
  return selected.trim() === '' ? null : { sql: selected, offset: from }
}

function partAtCaret(sql: string, editor: SqlEditorHandle | null): { readonly sql: string; readonly offset: number } | null {
  const range = statementAt(sql, editor?.caret() ?? 0)
  return range === null ? null : { sql: sql.slice(range.from, range.to), offset: range.from }
}

/** Rows are shown as soon as there are any; without rows, and after an error, what the server said. */
function paneFor({ phase, results, messages, error, outcome }: RunState): PaneName {
  const ended = error !== null || (outcome !== null && outcome.outcome !== 'complete') || messages.some(({ kind }) => kind === 'failed')
  const first = results[0]
  if (ended || (phase === 'finished' && first === undefined)) return 'messages'
  if (first === undefined) return 'data'
  return isPlan(first) ? planPaneOf(first) : paneOf(first)
}
