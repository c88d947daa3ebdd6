import { type EditorState, StateField } from '@codemirror/state'
import { type StatementRange, splitStatements } from '#shared/sql/split-statements.ts'

/** Where the statements of the text stand, found once for all that marks something by them. None of a text that is too long. */
export const statements = StateField.define<readonly StatementRange[]>({
  create: split,
  update: (before, transaction) => (transaction.docChanged ? split(transaction.state) : before),
})

/** A longer text is not cut at every key. */
const MOST_CHARACTERS = 200_000

function split({ doc }: EditorState): readonly StatementRange[] {
  return doc.length > MOST_CHARACTERS ? [] : splitStatements(doc.toString())
}
