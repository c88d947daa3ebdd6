import { z } from 'zod'

/** A script of the query pane, cut into statements by PostgreSQL's own parser, with what matters of each. Pure. */

export interface Statement {
  readonly text: string
  /** Characters (code points) of the whole script, from 0. */
  readonly from: number
  readonly to: number
  readonly kind: StatementKind
  /** It cannot run within a transaction, as VACUUM, so none is begun for it. */
  readonly standsAlone: boolean
  /** The functions that a `select` calls, without their schemas; empty for other kinds. */
  readonly functions: readonly string[]
  /** Of its parameters, $1 first; left out: it has none. */
  readonly values?: readonly (string | null)[]
  /** What each of them is called in the text; left out with `values`. */
  readonly parameterNames?: readonly string[]
}

/**
 * `select`: reads and locks nothing, so it may be stopped once enough rows are there. `transaction`: BEGIN, COMMIT and
 * their like. `session`: changes what a read-only transaction is. `server`: writes a file or runs a program there.
 * `other`: everything else; only the server judges it. `unknown`: this parser does not read it; the server may.
 */
export type StatementKind = 'select' | 'transaction' | 'session' | 'server' | 'other' | 'unknown'

/** As libpg-query returns it, as far as it is read here. Places are bytes of UTF-8. */
export interface ParsedScript {
  readonly stmts?: readonly {
    readonly stmt?: Readonly<Record<string, unknown>>
    readonly stmt_location?: number
    readonly stmt_len?: number
  }[]
}

/** `parsed` null: the parser does not read the script; it goes to the server whole, whose error then says where. */
export function statementsOf(script: string, parsed: ParsedScript | null): readonly Statement[] {
  if (parsed === null) return [whole(script)]
  const bytes = new TextEncoder().encode(script)
  const decoder = new TextDecoder()
  let characters = 0
  let at = 0
  return (parsed.stmts ?? []).map((entry) => {
    const start = entry.stmt_location ?? 0
    const end = entry.stmt_len ? start + entry.stmt_len : bytes.length
    characters += lengthOf(decoder.decode(bytes.subarray(at, start)))
    const raw = decoder.decode(bytes.subarray(start, end))
    // The parser counts the blanks and comments before a statement in; the marks on the screen should begin at its first word.
    const text = raw.trimStart()
    const from = characters + lengthOf(raw.slice(0, raw.length - text.length))
    characters += lengthOf(raw)
    at = end
    const kind = kindOf(entry.stmt ?? {})
    const standsAlone = runsAlone(entry.stmt ?? {})
    return { text, from, to: characters, kind, standsAlone, functions: kind === 'select' ? functionsIn(entry.stmt) : [] }
  })
}

/** Why a statement is not sent in read-only mode; null: it is. The server refuses what writes; this refuses what would end the refusal. */
export function refusalInReadOnly(statement: Statement): string | null {
  switch (statement.kind) {
    case 'transaction':
      return 'Transactions are not begun or ended by statements in read-only mode, because one could begin a transaction that writes. With autocommit off, use Commit and Rollback in the toolbar.'
    case 'session':
      return 'What is read-only cannot be changed by a statement in read-only mode. Switch the mode off in the toolbar.'
    case 'server':
      return 'This writes a file or runs a program on the server, which a read-only transaction does not stop. Switch the mode off in the toolbar.'
    default:
      return null
  }
}

function whole(script: string): Statement {
  return { text: script, from: 0, to: lengthOf(script), kind: 'unknown', standsAlone: false, functions: [] }
}

function kindOf(statement: Readonly<Record<string, unknown>>): StatementKind {
  const [name = ''] = Object.keys(statement)
  const body = statement[name]
  switch (name) {
    case 'SelectStmt':
      return isPlainSelect(body) ? 'select' : 'other'
    case 'TransactionStmt':
      return 'transaction'
    case 'VariableSetStmt':
      return changesReadOnly(body) ? 'session' : 'other'
    case 'DiscardStmt':
      return 'session'
    case 'CopyStmt':
      return reachesServer(body) ? 'server' : 'other'
    case 'LoadStmt':
      return 'server'
    default:
      return 'other'
  }
}

/** PreventInTransactionBlock of the server's source, as psql looks for it with AUTOCOMMIT off. */
function runsAlone(statement: Readonly<Record<string, unknown>>): boolean {
  const [name = ''] = Object.keys(statement)
  if (alone.has(name)) return true
  const body = statement[name]
  return typeof body === 'object' && body !== null && Reflect.get(body, 'concurrent') === true
}

const alone: ReadonlySet<string> = new Set([
  'VacuumStmt',
  'CreatedbStmt',
  'DropdbStmt',
  'AlterSystemStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'CreateSubscriptionStmt',
])

/** Reads only: no INTO, no row locks, and no statement in WITH that writes, at any depth. */
function isPlainSelect(node: unknown): boolean {
  if (Array.isArray(node)) return node.every(isPlainSelect)
  if (typeof node !== 'object' || node === null) return true
  return Object.entries(node).every(([key, value]) => !writing.has(key) && isPlainSelect(value))
}

const writing: ReadonlySet<string> = new Set(['intoClause', 'lockingClause', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])

function functionsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(functionsIn)
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'FuncCall' ? [...nameOf(value), ...functionsIn(value)] : functionsIn(value),
  )
}

/** `funcname` is a list of the parts of a name; the last is the function's own. */
function nameOf(call: unknown): string[] {
  const parsed = FunctionCall.safeParse(call)
  const last = parsed.success ? parsed.data.funcname.at(-1)?.String.sval : undefined
  return last === undefined ? [] : [last]
}

const FunctionCall = z.object({ funcname: z.array(z.object({ String: z.object({ sval: z.string() }) })) })

function changesReadOnly(body: unknown): boolean {
  const field = (name: string): unknown => (typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined)
  if (field('kind') === 'VAR_RESET_ALL') return true
  const name = String(field('name') ?? '').toLowerCase()
  return [
    'transaction_read_only',
    'default_transaction_read_only',
    'transaction',
    'session characteristics',
    'session_authorization',
    'role',
  ].includes(name)
}

/** COPY to a file, and to or from a program, of the server. To STDOUT has neither. */
function reachesServer(body: unknown): boolean {
  const copy = CopyStatement.safeParse(body)
  return !copy.success || copy.data.is_program === true || (copy.data.filename !== undefined && copy.data.is_from !== true)
}

const CopyStatement = z.object({ is_program: z.boolean().optional(), is_from: z.boolean().optional(), filename: z.string().optional() })

/** In characters, as PostgreSQL counts positions; JavaScript's own length counts UTF-16 units. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _character of text) length += 1
  return length
}
