import { setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import { runEditorCommand } from './editor-commands.ts'
import { attributesOf, editorSetup } from './editor-setup.ts'
import type { SqlEditorProps } from './editor-types.ts'
import styles from './sql-editor.module.css'

/** CodeMirror, kept in step with the props. Loaded by SqlEditor. */
export function CodeEditor(props: SqlEditorProps) {
  const { value, label, readOnly = false, invalid = false, parameters = false, diagnostics, handle } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef(props)
  /** The text as this component last gave or took it, so that typing is not written back into the editor. */
  const known = useRef(value)
  const [attributes] = useState(() => new Compartment())

  useLayoutEffect(() => {
    latest.current = props
  })

  useLayoutEffect(() => {
    if (host.current === null) return
    const first = latest.current
    known.current = first.value
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.value,
        extensions: [
          editorSetup({
            lineNumbers: first.lineNumbers ?? false,
            tabIndents: first.tabIndents ?? false,
            execute: () => {
              latest.current.onExecute?.()
              return latest.current.onExecute !== undefined
            },
            executeStatement: () => {
              const execute = latest.current.onExecuteStatement ?? latest.current.onExecute
              execute?.()
              return execute !== undefined
            },
            marksStatement: first.onExecuteStatement !== undefined,
            catalog: () => latest.current.catalog ?? null,
          }),
          attributes.of(attributesOf(first)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              known.current = update.state.doc.toString()
              latest.current.onChange?.(known.current)
            }
            if (update.docChanged || update.selectionSet) tellCursor(update.state, latest.current.onCursor)
          }),
          EditorView.domEventHandlers({ blur: () => latest.current.onBlur?.() }),
        ],
      }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [attributes])

  useEffect(() => {
    const editor = view.current
    if (editor === null || known.current === value) return
    known.current = value
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, selection: { anchor: value.length } })
  }, [value])

  useEffect(() => {
    view.current?.dispatch({ effects: attributes.reconfigure(attributesOf({ label, readOnly, invalid, parameters })) })
  }, [attributes, label, readOnly, invalid, parameters])

  useEffect(() => {
    const editor = view.current
    if (editor === null) return
    const end = editor.state.doc.length
    const shown = (diagnostics ?? []).flatMap(({ from, to, message }) =>
      from <= end && from < to ? [{ from, to: Math.min(to, end), message, severity: 'error' as const }] : [],
    )
    editor.dispatch(setDiagnostics(editor.state, shown))
  }, [diagnostics])

  useImperativeHandle(handle, () => ({
    selection: () => {
      const main = view.current?.state.selection.main
      return { from: main?.from ?? 0, to: main?.to ?? 0 }
    },
    caret: () => view.current?.state.selection.main.head ?? 0,
    focus: () => view.current?.focus(),
    selectedText: () => {
      const { doc, selection } = view.current?.state ?? EditorState.create()
      return selection.ranges.flatMap(({ empty, from, to }) => (empty ? [] : [doc.sliceString(from, to)])).join('\n')
    },
    insert: (text) => {
      const editor = view.current
      if (editor === null) return
      editor.dispatch({ ...editor.state.replaceSelection(text), scrollIntoView: true, userEvent: 'input.paste' })
      editor.focus()
    },
    run: (command) => view.current !== null && runEditorCommand(view.current, command),
    moveTo: (offset) => {
      const editor = view.current
      if (editor === null) return
      editor.dispatch({ selection: { anchor: Math.min(offset, editor.state.doc.length) }, scrollIntoView: true })
    },
  }))

  return <div ref={host} className={styles.host} />
}

function tellCursor(state: EditorState, onCursor: SqlEditorProps['onCursor']): void {
  const { head, from, to } = state.selection.main
  const line = state.doc.lineAt(head)
  onCursor?.({ line: line.number, column: head - line.from + 1, selectedLength: to - from })
}
