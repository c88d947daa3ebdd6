import { startCompletion } from '@codemirror/autocomplete'
import { addCursorAbove, addCursorBelow, indentLess, indentMore, redo, toggleComment, undo } from '@codemirror/commands'
import { openSearchPanel, selectNextOccurrence } from '@codemirror/search'
import { EditorSelection, type Extension } from '@codemirror/state'
import { type Command, type EditorView, type KeyBinding, keymap } from '@codemirror/view'
import { notify } from '#ui/notify.tsx'
import { formatSql } from './format-sql.ts'
import { openGoToLine } from './go-to-line.ts'
import { openReplacePanel } from './search-panel.ts'

/** What can be done with the text, by key and from a menu; the keys are pgAdmin's. */

export type EditorCommand =
  | 'undo'
  | 'redo'
  | 'find'
  | 'replace'
  | 'go-to-line'
  | 'indent'
  | 'unindent'
  | 'toggle-comment'
  | 'toggle-case'
  | 'format'
  | 'clear'
  | 'caret-above'
  | 'caret-below'
  | 'next-occurrence'
  | 'complete'

export function runEditorCommand(view: EditorView, command: EditorCommand): void {
  view.focus()
  commands[command](view)
}

const toggleCase: Command = (view) => {
  const { state } = view
  if (state.readOnly || state.selection.ranges.every(({ empty }) => empty)) return true
  // Lower only when there is nothing left to raise.
  const isUpper = state.selection.ranges.every(({ from, to }) => state.sliceDoc(from, to) === state.sliceDoc(from, to).toUpperCase())
  const change = state.changeByRange((range) => {
    const text = state.sliceDoc(range.from, range.to)
    const insert = isUpper ? text.toLowerCase() : text.toUpperCase()
    const to = range.from + insert.length
    return { changes: { from: range.from, to: range.to, insert }, range: EditorSelection.range(range.from, to) }
  })
  view.dispatch(state.update(change, { userEvent: 'input.case' }))
  return true
}

const clear: Command = (view) => {
  const { doc } = view.state
  if (view.state.readOnly || doc.length === 0) return true
  view.dispatch({ changes: { from: 0, to: doc.length }, userEvent: 'delete.clear' })
  notify({ message: 'The text was cleared.', undo: () => view.dispatch({ changes: { from: 0, insert: doc } }) })
  return true
}

/** What is selected, else all of it. */
const format: Command = (view) => {
  if (view.state.readOnly) return true
  void formatIn(view)
  return true
}

async function formatIn(view: EditorView): Promise<void> {
  const { doc, selection } = view.state
  const { from, to } = selection.main.empty ? { from: 0, to: doc.length } : selection.main
  const text = doc.sliceString(from, to)
  if (text.trim() === '') return
  const formatted = await formatSql(text)
  // Typed meanwhile: what was formatted is not what stands there.
  if (view.state.doc !== doc) return
  if (formatted === null)
    return notify({ message: 'This text could not be formatted without changing what it says, so it was left as it is.' })
  const anchor = selection.main.empty ? Math.min(selection.main.head, formatted.length) : from
  const head = selection.main.empty ? anchor : from + formatted.length
  view.dispatch({ changes: { from, to, insert: formatted }, selection: { anchor, head }, userEvent: 'input.format' })
}

const commands: Readonly<Record<EditorCommand, Command>> = {
  undo,
  redo,
  find: openSearchPanel,
  replace: openReplacePanel,
  'go-to-line': openGoToLine,
  indent: indentMore,
  unindent: indentLess,
  'toggle-comment': toggleComment,
  'toggle-case': toggleCase,
  format,
  clear,
  'caret-above': addCursorAbove,
  'caret-below': addCursorBelow,
  'next-occurrence': selectNextOccurrence,
  complete: startCompletion,
}

/** Those that CodeMirror's own keymaps do not have, or have elsewhere. */
const bindings: readonly KeyBinding[] = [
  { key: 'Mod-Shift-f', run: openReplacePanel },
  { key: 'Mod-Alt-f', run: openReplacePanel },
  { key: 'Mod-l', run: openGoToLine },
  { key: 'Mod-Alt-g', run: openGoToLine },
  // Outside of the editor this key opens the command palette.
  { key: 'Mod-k', run: format, stopPropagation: true },
  { key: 'Mod-Shift-u', run: toggleCase },
  { key: 'Mod-Alt-l', run: clear },
]

export const commandKeys: Extension = keymap.of(bindings.map((binding) => ({ ...binding, preventDefault: true })))
