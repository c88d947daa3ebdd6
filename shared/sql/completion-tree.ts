import { isOpen, type Token, tokensOf } from './tokens.ts'

/** The statement at the caret as a tree of its parentheses, with the caret in it. Pure. */

export type Node = Leaf | Group | Caret

export interface Leaf {
  /** `word`: folded to lower case, as the server does. `name`: from double quotes. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol'
  readonly value: string
  readonly from: number
  readonly to: number
}

export interface Group {
  readonly kind: 'group'
  readonly items: Node[]
  readonly from: number
  to: number
}

export interface Caret {
  readonly kind: 'caret'
  readonly from: number
  readonly to: number
}

export interface CaretTree {
  readonly items: readonly Node[]
  /** The groups around the caret, the outermost first. */
  readonly path: readonly Group[]
  /** Where what is being typed begins: behind an opening quote. */
  readonly from: number
  /** Where it ends; what stands behind the caret in the same word is not part of it. */
  readonly to: number
  readonly typed: string
  /** It stands in double quotes. */
  readonly quoted: boolean
  /** Names and dots before it, the first first. */
  readonly qualifier: readonly string[]
}

/** null: the caret is in a comment, a string or a number. */
export function caretTree(text: string, caret: number): CaretTree | null {
  const root: Node[] = []
  const stack: Group[] = []
  let path: readonly Group[] | null = null
  let typedFrom = caret
  let quoted = false
  const items = () => stack.at(-1)?.items ?? root
  const place = (from: number, to: number) => {
    path = [...stack]
    items().push({ kind: 'caret', from, to })
  }
  for (const token of tokensAround(text, caret)) {
    const { kind, from, to } = token
    const open = isOpen(text, token)
    if (path === null && caret <= from) place(caret, caret)
    if (path === null && caret <= to && from < caret && (caret < to || open || kind === 'word' || kind === 'number')) {
      if (kind === 'word' || (kind === 'name' && (caret < to || open))) {
        quoted = kind === 'name'
        typedFrom = quoted ? from + 1 : from
        place(from, to)
        continue
      }
      if (kind !== 'blank') return null
      place(caret, caret)
      continue
    }
    if (kind === 'blank' || kind === 'comment') continue
    const character = text[from]
    if (kind === 'symbol' && character === '(') {
      const group: Group = { kind: 'group', items: [], from, to: text.length }
      items().push(group)
      stack.push(group)
    } else if (kind === 'symbol' && character === ')') {
      const group = stack.pop()
      if (group !== undefined) group.to = to
    } else items().push({ kind, from, to, value: textOf(kind, text.slice(from, to)) })
  }
  if (path === null) place(caret, caret)
  const level = (path as readonly Group[] | null)?.at(-1)?.items ?? root
  return {
    items: root,
    path: path ?? [],
    from: typedFrom,
    to: caret,
    typed: text.slice(typedFrom, caret),
    quoted,
    qualifier: takeQualifier(level),
  }
}

/** A semicolon ends a statement here at any depth: parentheses are often not closed yet while one types. */
function tokensAround(text: string, caret: number): readonly Token[] {
  let tokens: Token[] = []
  for (const token of tokensOf(text)) {
    if (token.kind === 'symbol' && text[token.from] === ';') {
      if (token.to > caret) return tokens
      tokens = []
    } else tokens.push(token)
  }
  return tokens
}

function textOf(kind: Leaf['kind'], text: string): string {
  if (kind === 'word') return text.toLowerCase()
  return kind === 'name' ? text.slice(1, text.endsWith('"') ? -1 : undefined).replaceAll('""', '"') : text
}

/** Takes `schema.` or `schema.table.` before the caret out of the level. */
function takeQualifier(level: Node[]): string[] {
  const qualifier: string[] = []
  const at = level.findIndex(({ kind }) => kind === 'caret')
  let first = at
  for (let index = at; index >= 2; index -= 2) {
    const dot = level[index - 1]
    const name = level[index - 2]
    if (dot?.kind !== 'symbol' || dot.value !== '.' || dot.to !== level[index]?.from) break
    if (name?.kind !== 'word' && name?.kind !== 'name') break
    qualifier.unshift(name.value)
    first = index - 2
  }
  level.splice(first, at - first)
  return qualifier
}
