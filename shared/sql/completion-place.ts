import {
  armAround,
  beginsRelations,
  type Ctes,
  ctesOf,
  isQuery,
  isSymbol,
  isWord,
  nameAt,
  namesIn,
  relationsOf,
  type ScopeRelation,
  type Source,
} from './completion-scope.ts'
import { caretTree, type Group, type Node } from './completion-tree.ts'

/** What may be typed at a place of a text. Pure: it names what is wanted, and whoever has the catalog finds it. */

export type Wanted =
  /** Tables, views, CTEs, schemas. */
  | 'relations'
  /** Columns of `target` alone, without those in `taken`. */
  | 'target-columns'
  /** Columns that both sides of a join have. */
  | 'common-columns'
  /** Columns, aliases, functions, key words. */
  | 'expression'
  /** As an expression, and how the table that was joined last hangs together with those before it. */
  | 'join-condition'
  | 'types'
  | 'key-words'

export interface CompletionPlace {
  readonly wanted: Wanted
  /** What is to be replaced, in UTF-16 units: within an opening quote, up to the caret. */
  readonly from: number
  readonly to: number
  readonly typed: string
  readonly quoted: boolean
  /** `schema.` and `alias.` before it. */
  readonly qualifier: readonly string[]
  /** In reach, the innermost query's first. */
  readonly relations: readonly ScopeRelation[]
  readonly ctes: Ctes
  /** Of INSERT, UPDATE … SET, ON CONFLICT and their like. */
  readonly target: Source | null
  readonly taken: readonly string[]
}

/** null: nothing can be completed there. */
export function completionPlace(text: string, caret: number): CompletionPlace | null {
  const tree = caretTree(text, caret)
  if (tree === null) return null
  const levels = [
    { items: tree.items, group: null as Group | null },
    ...tree.path.map((group) => ({ items: group.items as readonly Node[], group })),
  ]
  let ctes: Ctes = new Map()
  let relations: readonly ScopeRelation[] = []
  let query: readonly Node[] = []
  for (const [depth, { items, group }] of levels.entries()) {
    const inner = levels[depth + 1]?.group ?? null
    const at = items.findIndex((node) => node === inner || (inner === null && node.kind === 'caret'))
    if (depth > 0 && !isQuery(items) && !isRelationList(levels[depth - 1]?.items ?? [], group)) continue
    ctes = ctesOf(items, ctes, inner)
    const inBody = inner !== null && isCteBody(items, at)
    const arm = armAround(items, at)
    // A query of WITH, like one in FROM, sees nothing of the query around it.
    const own = inBody ? [] : relationsOf(arm, ctes)
    relations = [...own, ...relations]
    query = arm
  }
  const level = levels.at(-1)
  if (level === undefined) return null
  const group = level.group
  const outer = levels.at(-2)?.items ?? []
  const place = wantedAt(level.items, group, outer, query)
  if (place === null) return null
  const target = place.target ?? null
  const excluded = target !== null && query.some((node) => isWord(node, 'conflict')) ? [{ alias: 'excluded', source: target }] : []
  const { from, to, typed, quoted, qualifier } = tree
  return {
    wanted: place.wanted,
    from,
    to,
    typed,
    quoted,
    qualifier,
    relations: [...relations, ...excluded],
    ctes,
    target,
    taken: place.taken ?? [],
  }
}

interface Place {
  readonly wanted: Wanted
  readonly target?: Source | null
  readonly taken?: readonly string[]
}

function wantedAt(items: readonly Node[], group: Group | null, outer: readonly Node[], query: readonly Node[]): Place | null {
  const at = items.findIndex(({ kind }) => kind === 'caret')
  const before = items.slice(0, at)
  const previous = before.at(-1)
  if (isSymbol(previous, '.')) return null
  if (isSymbol(previous, ':') && isSymbol(before.at(-2), ':')) return { wanted: 'types' }
  const target = targetOf(query)
  if (group !== null && !isQuery(items)) {
    if (isWord(previous, 'references')) return { wanted: 'relations' }
    const list = columnList(items, group, outer, query)
    if (list !== null) return list
    if (isWord(previous, 'as')) return isWord(outer[outer.indexOf(group) - 1], 'cast') ? { wanted: 'types' } : null
    if (isRelationList(outer, group)) return fromClause(before) ?? { wanted: 'relations' }
    return { wanted: isOperand(previous) ? 'key-words' : 'expression', target }
  }
  return clauseAt(armAround(items, at), target)
}

function clauseAt(arm: readonly Node[], target: Source | null): Place | null {
  const at = arm.findIndex(({ kind }) => kind === 'caret')
  const before = arm.slice(0, at)
  const previous = before.at(-1)
  if (previous === undefined) return { wanted: 'key-words' }
  if (isWord(previous, 'as')) return isWord(before[0], 'create', 'with', 'prepare') ? { wanted: 'key-words' } : null
  if (isWord(previous, 'with', 'recursive') || (isSymbol(previous, ',') && inWithList(before))) return null
  const clause = before.findLastIndex((node, index) => isWord(node, ...CLAUSES) || beginsRelations(before, index))
  const word = before[clause]
  if (clause !== -1 && beginsRelations(before, clause)) return fromClause(before.slice(clause)) ?? { wanted: 'relations' }
  if (isWord(word, 'set') && before.some((node) => isWord(node, 'update'))) return setClause(before.slice(clause + 1), target)
  if (isWord(word, 'on')) {
    if (isWord(before[0], 'create', 'grant', 'revoke', 'comment'))
      return { wanted: isWord(previous, 'on', 'table') ? 'relations' : 'key-words' }
    if (isWord(previous, 'on')) return { wanted: 'join-condition', target }
  }
  if (isWord(previous, ...BEFORE_RELATION) && isWord(before[0], ...ABOUT_RELATIONS)) return { wanted: 'relations' }
  if (isWord(before[0], 'alter') && isWord(previous, 'column', 'drop', 'rename'))
    return { wanted: 'target-columns', target: alteredOf(before) }
  if (isOperand(previous) || clause === -1) return { wanted: 'key-words', target }
  return { wanted: 'expression', target }
}

const CLAUSES = [
  'select',
  'where',
  'on',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'set',
  'returning',
  'values',
  'window',
  'when',
  'call',
  'conflict',
]
const ABOUT_RELATIONS = [
  'truncate',
  'drop',
  'alter',
  'analyze',
  'vacuum',
  'copy',
  'lock',
  'table',
  'refresh',
  'reindex',
  'create',
  'cluster',
  'comment',
]
const BEFORE_RELATION = [
  'table',
  'view',
  'truncate',
  'analyze',
  'vacuum',
  'copy',
  'lock',
  'exists',
  'only',
  'references',
  'concurrently',
  'cluster',
  'of',
]

/** Behind the word that begins a list of tables: null where a table is to come. */
function fromClause(list: readonly Node[]): Place | null {
  const last = list.at(-1)
  if (last === undefined || isSymbol(last, ',') || isWord(last, 'from', 'join', 'into', 'update', 'using', 'only', 'lateral')) return null
  return { wanted: 'key-words' }
}

/** `a = 1, b| = …`: a column is named, or a value is given. */
function setClause(list: readonly Node[], target: Source | null): Place {
  const assignment = list.slice(list.findLastIndex((node) => isSymbol(node, ',')) + 1)
  const taken = list.flatMap((node, index) => (isSymbol(list[index + 1], '=') ? (nameAt(node) ?? []) : []))
  if (assignment.length === 0) return { wanted: 'target-columns', target, taken }
  return { wanted: isOperand(assignment.at(-1)) ? 'key-words' : 'expression', target }
}

/** The columns that a list in parentheses wants; null: it is no list of columns. */
function columnList(items: readonly Node[], group: Group, outer: readonly Node[], query: readonly Node[]): Place | null {
  const at = outer.indexOf(group)
  const before = outer.slice(0, at)
  const previous = before.at(-1)
  const taken = namesIn(group)
  const first = items
    .slice(
      0,
      items.findIndex(({ kind }) => kind === 'caret'),
    )
    .at(-1)
  const begins = first === undefined || isSymbol(first, ',')
  const target = targetOf(query)
  if (isWord(previous, 'conflict') || (isWord(previous, 'set') && query.some((node) => isWord(node, 'update'))))
    return begins ? { wanted: 'target-columns', target, taken } : null
  if (isWord(previous, 'using') && before.some((node) => isWord(node, 'join'))) return begins ? { wanted: 'common-columns', taken } : null
  const into = before.findLastIndex((node) => isWord(node, 'into', 'references', 'copy', 'on'))
  const named = into === -1 ? null : tableOf(before.slice(into + 1))
  const isTable = named !== null && named.rest.length === 0
  if (isTable && (isWord(before[into], 'into', 'references', 'copy') || isWord(before[0], 'create')))
    return begins ? { wanted: 'target-columns', target: named.source, taken } : { wanted: 'key-words' }
  if (
    isWord(before[0], 'create') &&
    isWord(
      before.find((node) => isWord(node, 'table', 'type')),
      'table',
      'type',
    ) &&
    !before.some((node) => isWord(node, 'as'))
  )
    return begins ? null : isOperand(first) && isSecond(items) ? { wanted: 'types' } : { wanted: 'key-words' }
  return null
}

/** `(id |`: the caret stands behind the first word of its entry. */
function isSecond(items: readonly Node[]): boolean {
  const at = items.findIndex(({ kind }) => kind === 'caret')
  const start = items.slice(0, at).findLastIndex((node) => isSymbol(node, ','))
  return at - start === 2
}

/** Of INSERT INTO, UPDATE, DELETE FROM and MERGE INTO. */
function targetOf(query: readonly Node[]): Source | null {
  const at = query.findIndex((node, index) => isWord(node, 'into', 'update') && beginsRelations(query, index))
  const from = at === -1 && query.some((node) => isWord(node, 'delete')) ? query.findIndex((node) => isWord(node, 'from')) : at
  return from === -1 ? null : (tableOf(query.slice(from + 1))?.source ?? null)
}

function alteredOf(before: readonly Node[]): Source | null {
  const at = before.findIndex((node) => isWord(node, 'table', 'view'))
  return tableOf(before.slice(at + 1).filter((node) => !isWord(node, 'if', 'exists', 'only')))?.source ?? null
}

function tableOf(nodes: readonly Node[]): { readonly source: Source; readonly rest: readonly Node[] } | null {
  const start = isWord(nodes[0], 'only') ? 1 : 0
  const name = nameAt(nodes[start])
  if (name === null) return null
  const second = isSymbol(nodes[start + 1], '.') ? nodes[start + 2] : undefined
  if (second?.kind === 'word' || second?.kind === 'name')
    return { source: { kind: 'table', schema: name, name: second.value }, rest: nodes.slice(start + 3) }
  return { source: { kind: 'table', schema: null, name }, rest: nodes.slice(start + 1) }
}

/** `FROM (a JOIN b …)`. */
function isRelationList(outer: readonly Node[], group: Group | null): boolean {
  const at = group === null ? -1 : outer.indexOf(group)
  if (at < 1) return false
  if (isWord(outer[at - 1], 'from', 'join') && beginsRelations(outer, at - 1)) return isQuery(outer)
  return false
}

function isCteBody(items: readonly Node[], at: number): boolean {
  return isWord(items[at - 1], 'as', 'materialized') && items.slice(0, at).some((node) => isWord(node, 'with'))
}

function inWithList(before: readonly Node[]): boolean {
  return isWord(before[0], 'with') && !before.some((node) => isWord(node, 'select', 'insert', 'update', 'delete', 'merge', 'values'))
}

/** Something that an operator or a key word follows. */
function isOperand(node: Node | undefined): boolean {
  if (node === undefined) return false
  if (node.kind === 'group' || node.kind === 'text' || node.kind === 'number') return true
  return nameAt(node) !== null || isWord(node, 'null', 'true', 'false', 'end', 'current_date', 'current_timestamp', 'localtime')
}
