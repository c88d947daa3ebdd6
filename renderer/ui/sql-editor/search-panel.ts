import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  openSearchPanel,
  replaceAll,
  replaceNext,
  SearchQuery,
  search,
  setSearchQuery,
} from '@codemirror/search'
import type { EditorState, Extension } from '@codemirror/state'
import { type Command, type EditorView, type Panel, runScopeHandlers, type ViewUpdate } from '@codemirror/view'
import { button, element, toggle } from './editor-panel.ts'

/** Find and replace over the text, in the look of the app. */

export const searchPanel: Extension = search({ top: true, createPanel: (view) => new SearchPanel(view) })

/** With the focus where the new text is typed. */
export const openReplacePanel: Command = (view) => {
  openSearchPanel(view)
  const field = view.dom.querySelector<HTMLInputElement>('[data-replace-field]')
  const find = view.dom.querySelector<HTMLInputElement>('[data-find-field]')
  ;(find?.value === '' ? find : field)?.focus()
  return true
}

/** More are not counted. */
const MOST_COUNTED = 1_000

class SearchPanel implements Panel {
  readonly dom: HTMLElement
  readonly top = true
  readonly #view: EditorView
  readonly #find: HTMLInputElement
  readonly #replace: HTMLInputElement
  readonly #count = element('span', 'cm-panelWords cm-panelCount', { role: 'status' })
  #query: SearchQuery

  constructor(view: EditorView) {
    this.#view = view
    this.#query = getSearchQuery(view.state)
    this.#find = this.#field('Find', this.#query.search, { 'main-field': 'true', 'data-find-field': '' })
    this.#replace = this.#field('Replace with', this.#query.replace, { 'data-replace-field': '' })
    const first = element('div', 'cm-panelRow')
    first.append(
      this.#find,
      toggle('Aa', 'Match case', this.#query.caseSensitive, (caseSensitive) => this.#change({ caseSensitive })),
      toggle('Words', 'Whole words', this.#query.wholeWord, (wholeWord) => this.#change({ wholeWord })),
      toggle('.*', 'Regular expression', this.#query.regexp, (regexp) => this.#change({ regexp })),
      button('↑', 'Previous (Shift+Enter)', () => findPrevious(view)),
      button('↓', 'Next (Enter)', () => findNext(view)),
      this.#count,
      button('×', 'Close (Escape)', () => closeSearchPanel(view), 'cm-panelClose'),
    )
    const second = element('div', 'cm-panelRow')
    second.append(
      this.#replace,
      button('Replace', 'Replace (Enter)', () => replaceNext(view)),
      button('Replace all', 'Replace all', () => replaceAll(view)),
    )
    this.dom = element('div', 'cm-panelRows', { role: 'search', 'aria-label': 'Find and replace' })
    this.dom.append(first, ...(view.state.readOnly ? [] : [second]))
    this.dom.addEventListener('keydown', (event) => this.#onKey(event))
    this.#tellCount(view.state)
  }

  mount(): void {
    this.#find.select()
  }

  update(update: ViewUpdate): void {
    const query = getSearchQuery(update.state)
    if (!query.eq(this.#query)) {
      this.#query = query
      if (this.#find.value !== query.search) this.#find.value = query.search
      if (this.#replace.value !== query.replace) this.#replace.value = query.replace
      this.#tellCount(update.state)
    } else if (update.docChanged || update.selectionSet) this.#tellCount(update.state)
  }

  #field(label: string, value: string, attributes: Readonly<Record<string, string>>): HTMLInputElement {
    const input = element('input', 'cm-panelField', {
      placeholder: label,
      'aria-label': label,
      autocomplete: 'off',
      spellcheck: 'false',
      ...attributes,
    })
    input.value = value
    input.addEventListener('input', () => this.#change({}))
    return input
  }

  #change(part: { readonly caseSensitive?: boolean; readonly wholeWord?: boolean; readonly regexp?: boolean }): void {
    const { caseSensitive, wholeWord, regexp } = { ...pick(this.#query), ...part }
    const query = new SearchQuery({
      search: this.#find.value,
      replace: this.#replace.value,
      caseSensitive,
      wholeWord,
      regexp,
      literal: !regexp,
    })
    if (query.eq(this.#query)) return
    this.#view.dispatch({ effects: setSearchQuery.of(query) })
  }

  #onKey(event: KeyboardEvent): void {
    if (runScopeHandlers(this.#view, event, 'search-panel')) event.preventDefault()
    else if (event.key === 'Enter' && event.target === this.#find) {
      event.preventDefault()
      ;(event.shiftKey ? findPrevious : findNext)(this.#view)
    } else if (event.key === 'Enter' && event.target === this.#replace) {
      event.preventDefault()
      replaceNext(this.#view)
    }
    // What is typed here is not for the keys of the pane around.
    if (event.defaultPrevented) event.stopPropagation()
  }

  #tellCount(state: EditorState): void {
    this.#count.textContent = countWords(state, this.#query)
  }
}

function pick({ caseSensitive, wholeWord, regexp }: SearchQuery) {
  return { caseSensitive, wholeWord, regexp }
}

function countWords(state: EditorState, query: SearchQuery): string {
  if (query.search === '') return ''
  if (!query.valid) return 'Not a regular expression'
  const { from, to } = state.selection.main
  const cursor = query.getCursor(state)
  let count = 0
  let current = 0
  for (let next = cursor.next(); !next.done && count < MOST_COUNTED; next = cursor.next()) {
    count += 1
    if (next.value.from === from && next.value.to === to) current = count
  }
  if (count === 0) return 'Not found'
  const total = count === MOST_COUNTED ? `${MOST_COUNTED} or more` : String(count)
  return current === 0 ? `${total} found` : `${current} of ${total}`
}
