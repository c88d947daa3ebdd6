import { z } from 'zod'
import { tokenAt } from '#shared/sql/tokens.ts'

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
 * their like. `session`: changes what a read-only transaction is. `server`: may write a file or a large object, run a program or stop others' work there.
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

/** Of one statement, what is kept of its tree. */
export interface ParsedStatement extends Pick<Statement, 'kind' | 'standsAlone' | 'functions'> {
  /** Bytes of UTF-8. */
  readonly start: number
  /** null: to the end of the script. */
  readonly end: number | null
}

/** SECURITY: no recursion, and what it returns is flat. A chain of two thousand `+` is a tree too deep to be handed from thread to thread. */
export function factsOf({ stmts = [] }: ParsedScript): readonly ParsedStatement[] {
  return stmts.map(({ stmt = {}, stmt_location: start = 0, stmt_len: length }) => {
    const functions = functionsIn(stmt)
    const kind = functions.some((name) => reaching.has(name)) ? 'server' : kindOf(stmt)
    const end = length ? start + length : null
    return { start, end, kind, standsAlone: runsAlone(stmt), functions: kind === 'select' ? functions : [] }
  })
}

/** `parsed` null: the parser does not read the script; it goes to the server whole, whose error then says where. */
export function statementsOf(script: string, parsed: readonly ParsedStatement[] | null): readonly Statement[] {
  if (parsed === null) return [whole(script)]
  const bytes = new TextEncoder().encode(script)
  const decoder = new TextDecoder()
  let characters = 0
  let at = 0
  return parsed.map(({ start, end: given, kind, standsAlone, functions }) => {
    const end = given ?? bytes.length
    characters += lengthOf(decoder.decode(bytes.subarray(at, start)))
    const raw = decoder.decode(bytes.subarray(start, end))
    // The parser counts the blanks and comments before a statement in; the marks on the screen should begin at its first word.
    const text = raw.trimStart()
    const from = characters + lengthOf(raw.slice(0, raw.length - text.length))
    characters += lengthOf(raw)
    at = end
    return { text, from, to: characters, kind, standsAlone, functions }
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
      return 'This may write a file or a large object, run a program or stop other sessions on the server, which a read-only transaction does not prevent. Switch the mode off in the toolbar.'
    case 'unknown':
      // SECURITY: a newer server, or one with a deeper stack, may read what our parser does not.
      return mayEscape.has(firstWord(statement.text))
        ? 'This statement cannot be read here, so it is not sent in read-only mode: it could be one that a read-only transaction does not stop. Switch the mode off in the toolbar.'
        : null
    default:
      return null
  }
}

/** SECURITY: where a backslash escapes a quote, our parser, which takes it for a letter, sees another statement than the server runs. */
export function refusalOfBackslashes({ text }: Statement): string | null {
  return text.includes('\\')
    ? 'In this session a backslash in a text escapes what follows it (standard_conforming_strings is off), so what this statement does cannot be told from its text. Set it on, or switch the read-only mode off in the toolbar.'
    : null
}

/** What refusalInReadOnly refuses once it is read. */
const mayEscape: ReadonlySet<string> = new Set(
  'copy do load begin start commit end rollback abort savepoint release prepare set reset discard'.split(' '),
)

function firstWord(text: string): string {
  for (let at = 0; at < text.length; ) {
    const { kind, to } = tokenAt(text, at)
    const token = text.slice(at, to)
    if (kind !== 'blank' && kind !== 'comment' && token !== ';') return token.toLowerCase()
    at = to
  }
  return ''
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
    // A block can do all that COPY can, in a text that is no SQL.
    case 'DoStmt':
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
  for (const [key] of entriesIn(node)) if (writing.has(key)) return false
  return true
}

const writing: ReadonlySet<string> = new Set(['intoClause', 'lockingClause', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])

function functionsIn(node: unknown): string[] {
  const found: string[] = []
  for (const [key, value] of entriesIn(node)) if (key === 'FuncCall') found.push(...nameOf(value))
  return found
}

/** Every key with its value, at any depth. */
function* entriesIn(node: unknown): Generator<readonly [string, unknown]> {
  const waiting: unknown[] = [node]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    for (const entry of Object.entries(next)) {
      if (!Array.isArray(next)) yield entry
      waiting.push(entry[1])
    }
  }
}

/**
 * Functions of PostgreSQL and of what comes with it that reach past the transaction: files of the server, other databases, its log and
 * replication, and others' sessions; and large objects, which a read-only transaction protects since PostgreSQL 16 only. A function of
 * somebody's own may do the same, and is not seen here.
 */
const reaching: ReadonlySet<string> = new Set(
  `lo_export lo_import lo_creat lo_create lo_from_bytea lo_put lo_truncate lo_truncate64 lo_unlink lowrite pg_file_write pg_file_rename pg_file_unlink pg_file_sync dblink dblink_exec dblink_send_query dblink_open pg_cancel_backend pg_terminate_backend
  pg_reload_conf pg_rotate_logfile pg_promote pg_switch_wal pg_create_restore_point pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup
  pg_wal_replay_pause pg_wal_replay_resume pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot
  pg_copy_logical_replication_slot pg_drop_replication_slot pg_replication_slot_advance pg_sync_replication_slots pg_logical_slot_get_changes pg_logical_slot_get_binary_changes
  pg_logical_emit_message pg_replication_origin_create pg_replication_origin_drop pg_replication_origin_advance pg_stat_reset pg_stat_reset_shared
  pg_stat_statements_reset`.split(/\s+/),
)

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
