import type { EditorState, Extension, Range } from '@codemirror/state'
import { StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import { type StatementRange, splitStatements } from '#shared/sql/split-statements.ts'

/** A line beside the statement that the caret is in, where a text holds several: what Ctrl and Enter will run. */

/** A longer text is not cut at every key. */
const MOST_CHARACTERS = 200_000

interface Marked {
  readonly all: readonly StatementRange[]
  readonly lines: DecorationSet
}

const field = StateField.define<Marked>({
  create: (state) => marked(state, split(state)),
  update: (before, transaction) => {
    if (transaction.docChanged) return marked(transaction.state, split(transaction.state))
    return transaction.selection === undefined ? before : marked(transaction.state, before.all)
  },
  provide: (own) => EditorView.decorations.from(own, ({ lines }) => lines),
})

export const currentStatement: Extension = field

function split({ doc }: EditorState): readonly StatementRange[] {
  return doc.length > MOST_CHARACTERS ? [] : splitStatements(doc.toString())
}

function marked(state: EditorState, all: readonly StatementRange[]): Marked {
  const caret = state.selection.main.head
  const current = all.length < 2 ? undefined : (all.findLast(({ from }) => from <= caret) ?? all[0])
  if (current === undefined || !state.selection.main.empty) return { all, lines: Decoration.none }
  const ranges: Range<Decoration>[] = []
  const lastLine = state.doc.lineAt(Math.max(current.from, endOfText(state, current))).number
  for (let number = state.doc.lineAt(current.from).number; number <= lastLine; number += 1)
    ranges.push(line.range(state.doc.line(number).from))
  return { all, lines: Decoration.set(ranges) }
}

/** Without the blank lines before its semicolon, or before the end of the text. */
function endOfText(state: EditorState, { from, to }: StatementRange): number {
  return from + state.sliceDoc(from, to).trimEnd().length
}

const line = Decoration.line({ class: 'cm-currentStatement' })
