import type { Group, Node } from './completion-tree.ts'
import { reservedWords } from './quote-name.ts'

/** What a query reads from, and what its columns are called, found in its tokens alone: half of it may not be typed yet. Pure. */

export type Source =
  | { readonly kind: 'table'; readonly schema: string | null; readonly name: string }
  | { readonly kind: 'derived'; readonly columns: readonly SourceColumn[] }

/** The name of a column, or all columns of something. */
export type SourceColumn = string | { readonly allOf: Source }

export interface ScopeRelation {
  /** What its columns are reached by. */
  readonly alias: string
  readonly source: Source
}

/** By name. */
export type Ctes = ReadonlyMap<string, Source>

/** What ends a table's alias in FROM, beside what is reserved. */
const NO_ALIAS: ReadonlySet<string> = new Set([...reservedWords, 'set', 'values', 'by', 'returning', 'matched', 'partition'])

export const nothingKnown: Source = { kind: 'derived', columns: [] }

export function isWord(node: Node | undefined, ...words: readonly string[]): boolean {
  return node?.kind === 'word' && words.includes(node.value)
}

export function isSymbol(node: Node | undefined, symbol: string): boolean {
  return node?.kind === 'symbol' && node.value === symbol
}

export function isQuery(items: readonly Node[]): boolean {
  const first = items.find(({ kind }) => kind !== 'caret')
  if (first?.kind === 'group') return isQuery(first.items)
  return isWord(first, 'select', 'with', 'values', 'insert', 'update', 'delete', 'merge', 'table')
}

/** The name that a node is, in quotes or not; null: none that could stand for a table or a column. */
export function nameAt(node: Node | undefined): string | null {
  if (node?.kind === 'name') return node.value
  return node?.kind === 'word' && !NO_ALIAS.has(node.value) ? node.value : null
}

/** The queries of WITH, with those that are known around it. `until`: only those that stand before it, and the one that it is in where WITH is RECURSIVE. */
export function ctesOf(items: readonly Node[], around: Ctes, until: Group | null = null): Ctes {
  const found = new Map(around)
  let at = items.findIndex((node) => isWord(node, 'with'))
  if (at === -1 || isWord(items[at + 1], 'ordinality', 'time', 'no', 'ties')) return found
  at += 1
  const recursive = isWord(items[at], 'recursive')
  if (recursive) at += 1
  for (;;) {
    const name = nameAt(items[at])
    if (name === null) return found
    at += 1
    const listed = items[at]
    const columns = listed?.kind === 'group' && isWord(items[at + 1], 'as') ? namesIn(listed) : null
    if (columns !== null) at += 1
    while (isWord(items[at], 'as', 'not', 'materialized')) at += 1
    const body = items[at]
    if (body?.kind !== 'group') return found
    if (body !== until || recursive) found.set(name, { kind: 'derived', columns: columns ?? outputOf(body.items, found) })
    if (body === until) return found
    while (at < items.length && !isSymbol(items[at], ',')) {
      at += 1
      if (isWord(items[at], 'select', 'insert', 'update', 'delete', 'merge', 'values', 'table')) return found
    }
    at += 1
  }
}

/** From `start`, the part between two UNIONs and the like that `index` stands in. */
export function armAround(items: readonly Node[], index: number): readonly Node[] {
  const separates = (node: Node) => isWord(node, 'union', 'intersect', 'except')
  const before = items.slice(0, index).findLastIndex(separates)
  const after = items.findIndex((node, at) => at >= index && separates(node))
  return items.slice(before + 1, after === -1 ? items.length : after)
}

/** What the FROM, JOIN, UPDATE and INTO of one query name. */
export function relationsOf(items: readonly Node[], ctes: Ctes): readonly ScopeRelation[] {
  const found: ScopeRelation[] = []
  for (let at = 0; at < items.length; at += 1) {
    if (!beginsRelations(items, at)) continue
    at = readRelations(items, at + 1, ctes, found) - 1
  }
  return found
}

/** Whether a table is named behind this word. */
export function beginsRelations(items: readonly Node[], at: number): boolean {
  const node = items[at]
  const before = items[at - 1]
  if (isWord(node, 'from')) return !isWord(before, 'distinct')
  if (isWord(node, 'join', 'into')) return true
  if (isWord(node, 'update')) return !isWord(before, 'for', 'do', 'on', 'key', 'no')
  if (isWord(node, 'using')) return items.slice(0, at).some((other) => isWord(other, 'delete', 'merge'))
  return false
}

/** Where the list ends. */
function readRelations(items: readonly Node[], start: number, ctes: Ctes, found: ScopeRelation[]): number {
  for (let at = start; ; ) {
    while (isWord(items[at], 'only', 'lateral')) at += 1
    const node = items[at]
    let source: Source
    let own: string | null = null
    if (node?.kind === 'group') {
      at += 1
      if (!isQuery(node.items)) {
        readRelations(node.items, 0, ctes, found)
        found.push(...relationsOf(node.items, ctes))
        source = nothingKnown
      } else source = { kind: 'derived', columns: outputOf(node.items, ctes) }
    } else {
      const name = nameAt(node)
      if (name === null) return at
      const names = [name]
      at += 1
      while (isSymbol(items[at], '.')) {
        const next = items[at + 1]
        if (next?.kind !== 'word' && next?.kind !== 'name') break
        names.push(next.value)
        at += 2
      }
      own = names.at(-1) ?? name
      const schema = names.at(-2) ?? null
      source = (schema === null ? ctes.get(own) : undefined) ?? { kind: 'table', schema, name: own }
      const call = items[at]
      // INSERT INTO t (columns) looks like a call of a function.
      if (call?.kind === 'group' && !isWord(items[start - 1], 'into')) {
        source = { kind: 'derived', columns: [own] }
        at += 1
        if (isWord(items[at], 'with') && isWord(items[at + 1], 'ordinality')) at += 2
      }
      if (isSymbol(items[at], '*')) at += 1
    }
    if (isWord(items[at], 'as')) at += 1
    const alias = nameAt(items[at])
    if (alias !== null) at += 1
    const listed = items[at]
    if (alias !== null && listed?.kind === 'group') {
      source = { kind: 'derived', columns: namesIn(listed) }
      at += 1
    }
    const name = alias ?? own
    if (name !== null) found.push({ alias: name, source })
    if (!isSymbol(items[at], ',')) return at
    at += 1
  }
}

/** The names of the columns that a query gives. */
export function outputOf(items: readonly Node[], around: Ctes): readonly SourceColumn[] {
  const first = items[0]
  if (first?.kind === 'group' && isQuery(first.items)) return outputOf(first.items, around)
  const ctes = ctesOf(items, around)
  const start = items.findIndex((node) => isWord(node, 'select', 'values', 'returning', 'table'))
  if (start === -1) return []
  if (isWord(items[start], 'table')) return relationsOf([{ ...fromWord, from: 0, to: 0 }, ...items.slice(start + 1)], ctes).map(allOf)
  if (isWord(items[start], 'values')) {
    const row = items[start + 1]
    return row?.kind === 'group' ? splitByComma(row.items).map((_, index) => `column${index + 1}`) : []
  }
  const arm = armAround(items, start)
  const from = arm.findIndex((node) => isWord(node, 'select', 'returning'))
  const relations = relationsOf(arm, ctes)
  const rest = arm.slice(from + 1)
  const end = rest.findIndex((node, at) => isWord(node, ...AFTER_LIST) && !(isWord(node, 'from') && isWord(rest[at - 1], 'distinct')))
  return splitByComma(end === -1 ? rest : rest.slice(0, end)).flatMap((item) => outputNames(item, relations))
}

const AFTER_LIST = ['from', 'where', 'group', 'having', 'window', 'order', 'limit', 'offset', 'fetch', 'for', 'into']
const fromWord = { kind: 'word', value: 'from' } as const

function allOf({ source }: ScopeRelation): SourceColumn {
  return { allOf: source }
}

function outputNames(written: readonly Node[], relations: readonly ScopeRelation[]): readonly SourceColumn[] {
  const item = written.filter((node, at) => node.kind !== 'caret' && !(at === 0 && isWord(node, 'distinct', 'all')))
  const last = item.at(-1)
  if (isSymbol(last, '*')) {
    if (item.length === 1) return relations.map(allOf)
    const named = item.at(-3)
    const alias = named?.kind === 'word' || named?.kind === 'name' ? named.value : null
    return isSymbol(item.at(-2), '.') ? relations.filter((relation) => relation.alias === alias).map(allOf) : []
  }
  if (isWord(item.at(-2), 'as')) return last?.kind === 'word' || last?.kind === 'name' ? [last.value] : []
  const name = nameAt(last)
  // A name behind an operand is an alias; behind a dot or alone it is the column itself; behind two colons it is a type.
  const cast = item.findIndex((node, at) => isSymbol(node, ':') && isSymbol(item[at + 1], ':'))
  if (cast !== -1 && (name === null || cast + 2 === item.length - 1)) return outputNames(item.slice(0, cast), relations)
  if (name !== null) return [name]
  if (last?.kind === 'group') {
    const called = item.at(-2)
    return called?.kind === 'word' || called?.kind === 'name' ? [called.value] : []
  }
  return isWord(last, 'end') && isWord(item[0], 'case') ? ['case'] : []
}

export function splitByComma(items: readonly Node[]): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]]
  for (const node of items) {
    if (isSymbol(node, ',')) parts.push([])
    else parts.at(-1)?.push(node)
  }
  return parts.filter((part) => part.length > 0)
}

/** The first name of each entry of a list in parentheses. */
export function namesIn({ items }: Group): readonly string[] {
  return splitByComma(items).flatMap(([first]) => (first?.kind === 'word' || first?.kind === 'name' ? [first.value] : []))
}
