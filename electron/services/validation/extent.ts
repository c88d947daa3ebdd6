import { z } from 'zod'
import { PostgresError } from '#services/postgres/errors.ts'
import { sql } from '#shared/sql/sql.ts'
import { runOn, type Source } from './execute.ts'
import type { OwnFragment, Plan } from './plan.ts'
import { ends } from './problems.ts'
import type { ValidationSession } from './session.ts'
import { readSizeBytes } from './size.ts'
import type { TableFacts } from './table-facts.ts'

/** How much an asset is: what one look has to read, and what a sort of its rows may have to hold. */

export interface Extent {
  /** Stored on this server, with what lies below a view. */
  readonly tableBytes: number
  /** null: never counted. */
  readonly rows: number | null
  /** What any step of a plan over it may hold at once, all columns together. */
  readonly mostBytes: number
  /** The rows are the planner's guess: a view may multiply what is stored below it, and a foreign table stores nothing here. */
  readonly estimated: boolean
}

export interface Measure {
  readonly table: Pick<TableFacts, 'kind' | 'estimatedRows'>
  /** The rows that are meant. */
  readonly scanned: Source
  /** The asset without a batch. */
  readonly whole: Source
}

export async function readExtent(session: ValidationSession, { table, scanned, whole }: Measure): Promise<Extent> {
  const tableBytes = await readSizeBytes((statement) => session.query(statement), session.relations)
  const plan = await explained(session, whole, sql`SELECT * FROM ${whole.from} AS b`)
  const estimated = table.kind === 'view' || table.kind === 'query' || (plan !== null && nodesOf(plan).some(isForeign))
  // A value with its head takes at most twice what is stored of it.
  if (!estimated) return { tableBytes, rows: table.estimatedRows, mostBytes: 2 * tableBytes, estimated }
  const rows = (await explained(session, scanned, sql`SELECT * FROM ${scanned.from}`))?.['Plan Rows'] ?? null
  const widest = plan === null ? 0 : Math.max(...nodesOf(plan).map(bytesOf))
  return { tableBytes, rows, mostBytes: Math.max(2 * tableBytes, widest), estimated }
}

/** What each sort and hash of a plan may have to hold at once. */
export async function readHeldBytes(
  session: ValidationSession,
  source: Source,
  plan: Plan,
  extent: Extent,
): Promise<ReadonlyMap<OwnFragment, number>> {
  const out = new Map<OwnFragment, number>()
  for (const fragment of plan.own) {
    if (fragment.costs !== 'sort' && fragment.costs !== 'hash') continue
    // What cannot be planned will not run; the preflight has said why.
    const root = await explained(session, source, fragment.statement)
    out.set(fragment, root === null ? 0 : extent.estimated ? estimatedBytes(root, extent) : boundBytes(root, extent))
  }
  return out
}

/** All rows of a table, as wide as the planner finds what is read of them. A bound from above: a hash of few different values holds less. */
function boundBytes(root: Node, { rows, tableBytes, mostBytes }: Extent): number {
  const read = nodesOf(root).filter((node) => node['Relation Name'] !== undefined)
  // Never analysed, or none in the catalog although there is something stored: no value is wider than what is stored.
  if (read.length === 0 || rows === null || (rows === 0 && tableBytes > 0)) return mostBytes
  return rows * (Math.max(...read.map((node) => node['Plan Width'])) + BYTES_PER_HELD_ROW)
}

/** Where the other server sorts what is asked of its table, no plan of this one shows it: then all of its rows. */
function estimatedBytes(root: Node, { mostBytes }: Extent): number {
  return isForeign(root) ? mostBytes : heldBytes(root)
}

/**
 * By the planner's own rows: what its sorts and hashes hold, those of a view among them. An aggregate of ours sorts inside, which no plan
 * shows: its input is held. That of an aggregate below another one is the view's own, and mostly no sort.
 */
function heldBytes(root: Node): number {
  let most = 0
  const visit = (node: Node, belowAggregate: boolean): void => {
    const aggregates = node['Node Type'] === 'Aggregate'
    if (holding.has(node['Node Type']) || (aggregates && hashing.has(node.Strategy ?? ''))) most = Math.max(most, bytesOf(node))
    else if (aggregates && !belowAggregate) most = Math.max(most, ...(node.Plans ?? []).map(bytesOf))
    for (const child of node.Plans ?? []) visit(child, belowAggregate || aggregates)
  }
  visit(root, false)
  return most
}

const holding = new Set(['Sort', 'Hash', 'Materialize', 'WindowAgg', 'SetOp'])
const hashing = new Set(['Hashed', 'Mixed'])
const BYTES_PER_HELD_ROW = 24

function bytesOf(node: Node): number {
  return node['Plan Rows'] * (node['Plan Width'] + BYTES_PER_HELD_ROW)
}

function isForeign(node: Node): boolean {
  return node['Node Type'] === 'Foreign Scan'
}

interface Node {
  readonly 'Node Type': string
  readonly 'Plan Rows': number
  readonly 'Plan Width': number
  readonly 'Relation Name'?: string | undefined
  readonly Strategy?: string | undefined
  readonly Plans?: readonly Node[] | undefined
}

const Node: z.ZodType<Node> = z.object({
  'Node Type': z.string(),
  'Plan Rows': z.number(),
  'Plan Width': z.number(),
  'Relation Name': z.string().optional(),
  Strategy: z.string().optional(),
  get Plans() {
    return z.array(Node).optional()
  },
})
const Explained = z.tuple([z.object({ Plan: Node })])

function nodesOf(node: Node): readonly Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** null: it cannot be planned, or the server tells plans in another way. */
async function explained(session: ValidationSession, source: Source, statement: Parameters<typeof runOn>[2]): Promise<Node | null> {
  try {
    const { rows } = await runOn(session, source, sql`EXPLAIN (FORMAT JSON) ${statement}`)
    const plan = Explained.safeParse(JSON.parse(rows.map(([line]) => line ?? '').join('\n')))
    return plan.success ? plan.data[0].Plan : null
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return null
  }
}
