import { type EditorState, type Extension, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import { parameterPlaces } from '#shared/sql/parameters.ts'
import { statements } from './statements.ts'

/** `:name` and `$1` in a colour of their own, where they are what is asked for before the text runs. */

const field = StateField.define<DecorationSet>({
  create: marked,
  update: (before, transaction) => (transaction.docChanged ? marked(transaction.state) : before),
  provide: (own) => EditorView.decorations.from(own),
})

export const parameterMarks: Extension = [statements, field]

function marked(state: EditorState): DecorationSet {
  return Decoration.set(parameterPlaces(state.doc.toString(), state.field(statements)).map(({ from, to }) => mark.range(from, to)))
}

const mark = Decoration.mark({ class: 'cm-parameter' })
