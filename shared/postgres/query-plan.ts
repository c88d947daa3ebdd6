import { z } from 'zod'

/**
 * A plan of EXPLAIN (FORMAT JSON), read into a tree with what people compare by: what each node took by itself, and how far the estimate
 * was from what came. Pure.
 * Source: PostgreSQL, "EXPLAIN" and src/backend/commands/explain.c.
 */
export interface QueryPlan {
  readonly root: PlanNode
  /** Every node, parents before children, as they are drawn. */
  readonly nodes: readonly PlanNode[]
  /** The unit of `inclusive` and `exclusive`: milliseconds where it was executed, else the planner's cost. */
  readonly measure: 'ms' | 'cost'
  readonly planningMs: number | null
  readonly executionMs: number | null
  readonly triggers: readonly { readonly name: string; readonly relation: string | null; readonly ms: number; readonly calls: number }[]
  /** Compilation of expressions; null: there was none. */
  readonly jitMs: number | null
}

export interface PlanNode {
  /** From 0, in the order of `nodes`. */
  readonly id: number
  readonly depth: number
  readonly type: string
  /** "Hash Left Join", "Index Scan using orders_pkey on orders o". */
  readonly title: string
  /** Which child it is to its parent: "InitPlan 1", "CTE t"; null: an ordinary one. */
  readonly role: string | null
  /** With its children, and by itself, in the plan's measure; null: it never ran. */
  readonly inclusive: number | null
  readonly exclusive: number | null
  readonly cost: { readonly startup: number; readonly total: number }
  readonly estimatedRows: number
  readonly width: number
  /** Of one loop, as the server says it; null: the plan was not executed. */
  readonly actual: { readonly rows: number; readonly loops: number } | null
  /** Actual rows per estimated row, or the other way round, at least 1; null: nothing to compare. */
  readonly misestimate: { readonly factor: number; readonly direction: 'more' | 'fewer' } | null
  /** Pages of 8 kB, with its children; null: not asked for. */
  readonly buffers: PlanBuffers | null
  /** Further facts in the server's words, for example "Filter" or "Rows Removed by Filter". */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly children: readonly PlanNode[]
}

export interface PlanBuffers {
  readonly sharedHit: number
  readonly sharedRead: number
  readonly tempRead: number
  readonly tempWritten: number
}

/** null: it is not such a plan. */
export function parsePlan(text: string): QueryPlan | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = Explained.safeParse(json)
  const [explained] = parsed.success ? parsed.data : []
  if (explained === undefined) return null
  const measure = explained.Plan['Actual Loops'] === undefined || explained.Plan['Actual Total Time'] === undefined ? 'cost' : 'ms'
  const root = nodeOf(explained.Plan, {
    depth: 0,
    processes: 1,
    measure,
    ids: { next: 0 },
    unread: tableExpressions(explained.Plan, measure),
  })
  return {
    root,
    nodes: flattened(root),
    measure,
    planningMs: explained['Planning Time'] ?? null,
    executionMs: explained['Execution Time'] ?? null,
    triggers: (explained.Triggers ?? []).map((trigger) => ({
      name: trigger['Trigger Name'],
      relation: trigger.Relation ?? null,
      ms: trigger.Time ?? 0,
      calls: trigger.Calls,
    })),
    jitMs: explained.JIT?.Timing?.Total ?? null,
  }
}

/** Where most of the time, or of the cost, goes by itself; null: nowhere. */
export function costliest(plan: QueryPlan): { readonly node: PlanNode; readonly share: number } | null {
  const whole = plan.root.inclusive ?? 0
  const node = plan.nodes.reduce<PlanNode | null>((most, each) => ((each.exclusive ?? 0) > (most?.exclusive ?? 0) ? each : most), null)
  return node === null || whole === 0 ? null : { node, share: Math.min(1, (node.exclusive ?? 0) / whole) }
}

/** 0 to 3: how much of the whole a node takes by itself, by the limits that are usual for it (10 %, 50 %, 90 %). */
export function heatOfShare(share: number): 0 | 1 | 2 | 3 {
  return share > 0.9 ? 3 : share > 0.5 ? 2 : share > 0.1 ? 1 : 0
}

/** 0 to 3: how far off an estimate was (more than 10, 100, 1,000 times). */
export function heatOfEstimate(factor: number): 0 | 1 | 2 | 3 {
  return factor > 1_000 ? 3 : factor > 100 ? 2 : factor > 10 ? 1 : 0
}

const RawNode = z.looseObject({
  'Node Type': z.string(),
  'Startup Cost': z.number().default(0),
  'Total Cost': z.number().default(0),
  'Plan Rows': z.number().default(0),
  'Plan Width': z.number().default(0),
  'Actual Total Time': z.number().optional(),
  'Actual Rows': z.number().optional(),
  'Actual Loops': z.number().optional(),
  'Workers Launched': z.number().optional(),
  'Parent Relationship': z.string().optional(),
  'Subplan Name': z.string().optional(),
  'Parallel Aware': z.boolean().optional(),
  get Plans() {
    return z.array(RawNode).optional()
  },
})
type RawNode = z.infer<typeof RawNode>

const Explained = z
  .array(
    z.looseObject({
      Plan: RawNode,
      'Planning Time': z.number().optional(),
      'Execution Time': z.number().optional(),
      Triggers: z
        .array(
          z.looseObject({ 'Trigger Name': z.string(), Relation: z.string().optional(), Time: z.number().optional(), Calls: z.number() }),
        )
        .optional(),
      JIT: z.looseObject({ Timing: z.looseObject({ Total: z.number().optional() }).optional() }).optional(),
    }),
  )
  .length(1)

interface Place {
  readonly depth: number
  /** How many processes run this part side by side: the server adds their times up. */
  readonly processes: number
  readonly measure: QueryPlan['measure']
  readonly ids: { next: number }
  /** What each common table expression took, until its first reader is charged with it. */
  readonly unread: Map<string, number>
}

/** The server counts a common table expression as time of who reads it first, and lists it below the node that defines it. */
function tableExpressions(raw: RawNode, measure: QueryPlan['measure']): Map<string, number> {
  const found = new Map<string, number>()
  const visit = (node: RawNode): void => {
    const name = /^CTE (.*)$/s.exec(node['Subplan Name'] ?? '')?.[1]
    if (name !== undefined && measure === 'ms') found.set(name, (node['Actual Total Time'] ?? 0) * (node['Actual Loops'] ?? 0))
    for (const child of node.Plans ?? []) visit(child)
  }
  visit(raw)
  return found
}

function nodeOf(raw: RawNode, place: Place): PlanNode {
  const id = place.ids.next
  place.ids.next += 1
  const below = raw['Workers Launched'] === undefined ? place.processes : raw['Workers Launched'] + 1
  const children = (raw.Plans ?? []).map((child) => nodeOf(child, { ...place, depth: place.depth + 1, processes: below }))
  const inclusive = inclusiveOf(raw, place)
  const apart = (child: PlanNode) => place.measure === 'ms' && child.role?.startsWith('CTE ') === true
  const others = children.reduce((sum, child) => sum + (apart(child) ? 0 : (child.inclusive ?? 0)), 0) + readHere(raw, place)
  const loops = raw['Actual Loops']
  const actual = loops === undefined ? null : { rows: raw['Actual Rows'] ?? 0, loops }
  return {
    id,
    depth: place.depth,
    type: raw['Node Type'],
    title: titleOf(raw),
    role: raw['Subplan Name'] ?? null,
    inclusive,
    exclusive: inclusive === null ? null : Math.max(0, inclusive - others),
    cost: { startup: raw['Startup Cost'], total: raw['Total Cost'] },
    estimatedRows: raw['Plan Rows'],
    width: raw['Plan Width'],
    actual,
    misestimate: actual === null || actual.loops === 0 ? null : misestimateOf(actual.rows, raw['Plan Rows']),
    buffers: buffersOf(raw),
    facts: factsOf(raw),
    children,
  }
}

function readHere(raw: RawNode, { unread }: Place): number {
  const name = raw['CTE Name']
  if (typeof name !== 'string' || (raw['Actual Loops'] ?? 0) === 0) return 0
  const took = unread.get(name) ?? 0
  unread.delete(name)
  return took
}

/** Times are of one loop. Of a part that several processes run, each counts as a loop, and they run at the same time. */
function inclusiveOf(raw: RawNode, { measure, processes }: Place): number | null {
  if (measure === 'cost') return raw['Total Cost']
  const loops = raw['Actual Loops'] ?? 0
  return loops === 0 ? null : ((raw['Actual Total Time'] ?? 0) * loops) / Math.min(processes, loops)
}

function misestimateOf(actual: number, estimated: number): PlanNode['misestimate'] {
  // No row is estimated as one.
  const [came, expected] = [Math.max(actual, 1), Math.max(estimated, 1)]
  return came >= expected ? { factor: came / expected, direction: 'more' } : { factor: expected / came, direction: 'fewer' }
}

function buffersOf(raw: RawNode): PlanBuffers | null {
  const pages = (name: string) => (typeof raw[name] === 'number' ? raw[name] : null)
  const sharedHit = pages('Shared Hit Blocks')
  if (sharedHit === null) return null
  return {
    sharedHit,
    sharedRead: pages('Shared Read Blocks') ?? 0,
    tempRead: pages('Temp Read Blocks') ?? 0,
    tempWritten: pages('Temp Written Blocks') ?? 0,
  }
}

/** As EXPLAIN's text begins a line. */
function titleOf(raw: RawNode): string {
  const said = (name: string) => (typeof raw[name] === 'string' ? raw[name] : null)
  const [strategy, join, operation] = [said('Strategy'), said('Join Type'), said('Operation')]
  let type = raw['Node Type']
  if (type === 'Aggregate' && strategy !== null) type = strategies[strategy] ?? type
  if (type === 'ModifyTable' && operation !== null) type = operation
  if (join !== null && join !== 'Inner')
    type = type === 'Nested Loop' ? `Nested Loop ${join} Join` : type.replace(/ ?Join$/, ` ${join} Join`)
  if (raw['Parallel Aware'] === true) type = `Parallel ${type}`
  if (said('Scan Direction') === 'Backward') type = `${type} Backward`
  const index = said('Index Name')
  const relation = said('Relation Name') ?? said('CTE Name') ?? said('Function Name')
  const schema = said('Schema')
  const alias = said('Alias')
  const named =
    relation === null
      ? alias
      : `${schema === null ? '' : `${schema}.`}${relation}${alias === null || alias === relation ? '' : ` ${alias}`}`
  return `${type}${index === null ? '' : ` using ${index}`}${named === null ? '' : ` on ${named}`}`
}

const strategies: Readonly<Record<string, string>> = {
  Sorted: 'GroupAggregate',
  Hashed: 'HashAggregate',
  Mixed: 'MixedAggregate',
  Plain: 'Aggregate',
}

/** What the tree and its figures do not say already. */
function factsOf(raw: RawNode): PlanNode['facts'] {
  return Object.entries(raw).flatMap(([name, value]) => {
    if (told.has(name) || /Blocks$|I\/O (Read|Write) Time$/.test(name) || value === null || value === undefined || value === false)
      return []
    if (name === 'Workers' || name === 'Plans') return []
    const text =
      Array.isArray(value) && value.every((one) => typeof one !== 'object')
        ? value.join(', ')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)
    return text === '' || (text === '0' && name.startsWith('Rows Removed')) ? [] : [{ name, value: text }]
  })
}

const told: ReadonlySet<string> = new Set([
  'Node Type',
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Plan Width',
  'Actual Startup Time',
  'Actual Total Time',
  'Actual Rows',
  'Actual Loops',
  'Parent Relationship',
  'Subplan Name',
  'Parallel Aware',
  'Async Capable',
  'Join Type',
  'Index Name',
  'Relation Name',
  'CTE Name',
  'Alias',
  'Schema',
  'Scan Direction',
  'Operation',
])

function flattened(node: PlanNode): readonly PlanNode[] {
  return [node, ...node.children.flatMap(flattened)]
}

/** The plan as lines of text, much as EXPLAIN without a format writes it. */
export function planAsText({ nodes, planningMs, executionMs }: QueryPlan): string {
  const lines = nodes.flatMap((node) => {
    const indent = '  '.repeat(node.depth * 3)
    const inner = `${node.depth === 0 ? '' : indent}  `
    const actual =
      node.actual === null
        ? ''
        : node.actual.loops === 0
          ? ' (never executed)'
          : ` (actual rows=${node.actual.rows} loops=${node.actual.loops}${node.inclusive === null ? '' : `, ${node.inclusive.toFixed(3)} ms in all`})`
    const { startup, total } = node.cost
    return [
      ...(node.role === null ? [] : [`${inner}${node.role}`]),
      `${node.depth === 0 ? '' : `${indent.slice(2)}->  `}${node.title}  (cost=${startup.toFixed(2)}..${total.toFixed(2)} rows=${node.estimatedRows} width=${node.width})${actual}`,
      ...node.facts.map(({ name, value }) => `${inner}${node.depth === 0 ? '' : '  '}${name}: ${value}`),
    ]
  })
  const ends = [
    ...(planningMs === null ? [] : [`Planning Time: ${planningMs.toFixed(3)} ms`]),
    ...(executionMs === null ? [] : [`Execution Time: ${executionMs.toFixed(3)} ms`]),
  ]
  return [...lines, ...ends].join('\n')
}
