import { EditorView } from '@codemirror/view'

/**
 * Puts typed text in by a transaction instead of leaving it to the browser. Typing over a selection that spans the start
 * of a line, Chromium writes a style attribute into the line, which the policy refuses and reports. Composed text (input
 * methods, dead keys) stays with the browser, which alone can show it.
 */
export const typedText = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== 'insertText' || event.data === null || event.isComposing || view.composing || view.state.readOnly) return false
    const text = event.data
    const { from, to } = view.state.selection.main
    const insert = () => view.state.update({ ...view.state.replaceSelection(text), userEvent: 'input.type', scrollIntoView: true })
    // Closing brackets and the like listen here; the first that takes the text has put it in.
    const taken = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, text, insert))
    if (!taken) view.dispatch(insert())
    return true
  },
})
