import { autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { PostgreSQL, sql } from '@codemirror/lang-sql'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension, Prec } from '@codemirror/state'
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view'
import { styleNonce } from '#ui/style-nonce.ts'
import { completionSource, type EditorCatalog } from './completion.ts'
import { currentStatement } from './current-statement.ts'
import { commandKeys } from './editor-commands.ts'
import { editorLook } from './editor-look.ts'
import type { SqlEditorProps } from './editor-types.ts'
import { goToLine } from './go-to-line.ts'
import { parameterMarks } from './parameter-marks.ts'
import { searchPanel } from './search-panel.ts'
import { typedText } from './typed-text.ts'

/** What every editor has, apart from what its props say. */
export function editorSetup(options: EditorSetupOptions): Extension {
  return [
    // SECURITY: the policy refuses style tags without the nonce of this response.
    EditorView.cspNonce.of(styleNonce()),
    executeKeys(options.execute, options.executeStatement),
    options.marksStatement ? currentStatement : [],
    options.lineNumbers ? [lineNumbers(), highlightActiveLineGutter(), highlightActiveLine()] : [],
    history(),
    EditorState.allowMultipleSelections.of(true),
    EditorView.clickAddsSelectionRange.of((event) => event.altKey && !event.shiftKey),
    rectangularSelection(),
    searchPanel,
    goToLine,
    commandKeys,
    drawSelection(),
    dropCursor(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    typedText,
    // As many as fit without scrolling: the list cannot be reached by the Tab key.
    autocompletion({ icons: false, maxRenderedOptions: 10, override: [completionSource(options.catalog)] }),
    sql({ dialect: PostgreSQL }),
    highlightSelectionMatches(),
    EditorView.lineWrapping,
    editorLook,
    keymap.of([
      ...closeBracketsKeymap,
      // Ctrl and Enter is for executing, or for whoever is around the editor.
      ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
      // It goes to a line by a panel of ours.
      ...searchKeymap.filter(({ key }) => key !== 'Mod-Alt-g'),
      ...historyKeymap,
      ...completionKeymap,
      ...(options.tabIndents ? [indentWithTab] : []),
    ]),
  ]
}

interface EditorSetupOptions {
  readonly lineNumbers: boolean
  readonly tabIndents: boolean
  /** false: nobody executes, the key goes on. */
  execute(): boolean
  executeStatement(): boolean
  readonly marksStatement: boolean
  /** null: key words only. */
  catalog(): EditorCatalog | null
}

/** What may change while the editor stands. */
export function attributesOf({
  label,
  readOnly = false,
  invalid = false,
  parameters = false,
}: Pick<SqlEditorProps, 'label' | 'readOnly' | 'invalid' | 'parameters'>): Extension {
  return [
    parameters ? parameterMarks : [],
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      ...(typeof label === 'string' ? { 'aria-label': label } : { 'aria-labelledby': label.id }),
      'aria-multiline': 'true',
      // What can be edited is a stop for the Tab key anyhow; said aloud, tools that check a long text for it see it too.
      tabindex: '0',
      ...(readOnly ? { 'aria-readonly': 'true' } : {}),
      ...(invalid ? { 'aria-invalid': 'true' } : {}),
    }),
  ]
}

function executeKeys(execute: () => boolean, executeStatement: () => boolean): Extension {
  const closing = (work: () => boolean) => (view: EditorView) => {
    // Its list of names would stand over the result.
    closeCompletion(view)
    return work()
  }
  return Prec.highest(
    keymap.of([
      { key: 'F5', run: closing(execute) },
      { key: 'Alt-F5', run: closing(executeStatement) },
      { key: 'Mod-Enter', run: closing(executeStatement) },
    ]),
  )
}
