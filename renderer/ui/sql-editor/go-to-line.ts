import { StateEffect, StateField } from '@codemirror/state'
import { type Command, EditorView, type Panel, showPanel } from '@codemirror/view'
import { button, element } from './editor-panel.ts'

/** Ctrl+L: `12` is a line, `12:5` a column of it. */

const shown = StateEffect.define<boolean>()

const field = StateField.define<boolean>({
  create: () => false,
  update: (open, { effects }) => effects.reduce((before, effect) => (effect.is(shown) ? effect.value : before), open),
  provide: (own) => showPanel.from(own, (open) => (open ? panelOf : null)),
})

export const goToLine = field

export const openGoToLine: Command = (view) => {
  view.dispatch({ effects: shown.of(true) })
  const input = view.dom.querySelector<HTMLInputElement>('[data-go-to-line]')
  input?.select()
  input?.focus()
  return true
}

function panelOf(view: EditorView): Panel {
  const { doc, selection } = view.state
  const line = doc.lineAt(selection.main.head)
  const dom = element('form', 'cm-panelRow', { 'aria-label': 'Go to line' })
  const input = element('input', 'cm-panelField', {
    'aria-label': 'Line, or line and column',
    'data-go-to-line': '',
    autocomplete: 'off',
    inputmode: 'numeric',
  })
  input.value = String(line.number)
  const words = element('span', 'cm-panelWords')
  words.textContent = `of ${doc.lines} lines; 12:5 is line 12, column 5`
  const go = element('button', 'cm-panelButton', { type: 'submit' })
  go.textContent = 'Go'
  const close = () => {
    view.dispatch({ effects: shown.of(false) })
    view.focus()
  }
  dom.append(input, go, words, button('×', 'Close (Escape)', close, 'cm-panelClose'))
  dom.addEventListener('submit', (event) => {
    event.preventDefault()
    const place = placeOf(input.value)
    if (place === null) return
    const target = view.state.doc.line(Math.min(Math.max(1, place.line), view.state.doc.lines))
    const anchor = Math.min(target.from + Math.max(0, place.column - 1), target.to)
    view.dispatch({ selection: { anchor }, effects: [shown.of(false), EditorView.scrollIntoView(anchor, { y: 'center' })] })
    view.focus()
  })
  dom.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    close()
  })
  return { dom, top: true, mount: () => input.select() }
}

/** null: it names no line. */
export function placeOf(text: string): { readonly line: number; readonly column: number } | null {
  const [, line, column] = /^\s*(\d{1,9})\s*(?:[:,]\s*(\d{1,9}))?\s*$/.exec(text) ?? []
  return line === undefined ? null : { line: Number(line), column: Number(column ?? 1) }
}
