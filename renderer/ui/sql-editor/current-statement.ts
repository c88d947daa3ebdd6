import type { EditorState, Extension, Range } from '@codemirror/state'
import { StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import type { StatementRange } from '#shared/sql/split-statements.ts'
import { statements } from './statements.ts'

/** A line beside the statement that the caret is in, where a text holds several: what Ctrl and Enter will run. */

const field = StateField.define<DecorationSet>({
  create: marked,
  update: (before, transaction) => (transaction.docChanged || transaction.selection !== undefined ? marked(transaction.state) : before),
  provide: (own) => EditorView.decorations.from(own),
})

export const currentStatement: Extension = [statements, field]

function marked(state: EditorState): DecorationSet {
  const all = state.field(statements)
  const caret = state.selection.main.head
  const current = all.length < 2 ? undefined : (all.findLast(({ from }) => from <= caret) ?? all[0])
  if (current === undefined || !state.selection.main.empty) return Decoration.none
  const ranges: Range<Decoration>[] = []
  const lastLine = state.doc.lineAt(Math.max(current.from, endOfText(state, current))).number
  for (let number = state.doc.lineAt(current.from).number; number <= lastLine; number += 1)
    ranges.push(line.range(state.doc.line(number).from))
  return Decoration.set(ranges)
}

/** Without the blank lines before its semicolon, or before the end of the text. */
function endOfText(state: EditorState, { from, to }: StatementRange): number {
  return from + state.sliceDoc(from, to).trimEnd().length
}

const line = Decoration.line({ class: 'cm-currentStatement' })
