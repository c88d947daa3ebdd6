import type { Ref } from 'react'
import type { EditorCatalog } from './completion.ts'
import type { EditorCommand } from './editor-commands.ts'

export interface SqlDiagnostic {
  /** UTF-16 units. */
  readonly from: number
  readonly to: number
  readonly message: string
}

export interface CursorPlace {
  /** Both from 1; columns in UTF-16 units. */
  readonly line: number
  readonly column: number
  readonly selectedLength: number
}

export interface SqlEditorHandle {
  /** UTF-16 units; empty where from equals to. */
  selection(): { readonly from: number; readonly to: number }
  caret(): number
  focus(): void
  /** What is selected, the parts one a line; empty: nothing is. */
  selectedText(): string
  /** In place of what is selected. */
  insert(text: string): void
  run(command: EditorCommand): void
  /** Puts the caret there and brings it into sight. */
  moveTo(offset: number): void
}

export interface SqlEditorProps {
  readonly value: string
  onChange?(value: string): void
  readonly readOnly?: boolean
  /** For a screen reader: the name itself, or the id of the element that shows it. */
  readonly label: string | { readonly id: string }
  readonly invalid?: boolean
  readonly diagnostics?: readonly SqlDiagnostic[]
  /** F5. Left out: the keys are left to others. */
  onExecute?(): void
  /** Ctrl or Cmd with Enter, and Alt+F5: the statement at the caret, which is marked. Left out: the keys do what F5 does. */
  onExecuteStatement?(): void
  onCursor?(place: CursorPlace): void
  onBlur?(): void
  /** Names to complete. Left out: key words only. */
  readonly catalog?: EditorCatalog | null
  /** A CSS height, or `fill` for that of the parent. */
  readonly height: string
  /** The height is the most it takes; it begins with what the text needs. */
  readonly grows?: boolean
  readonly lineNumbers?: boolean
  /** Tab indents, and Escape before Tab leaves. Otherwise Tab leaves, as in any form. */
  readonly tabIndents?: boolean
  /** `:name` and `$1` stand for values, and are coloured. */
  readonly parameters?: boolean
  readonly handle?: Ref<SqlEditorHandle>
}
