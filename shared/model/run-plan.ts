import { z } from 'zod'

/** What a validation would send, and what that costs the server, before anything of it is sent. */

export const PlanStep = z.object({
  /** `scan`: aggregates that share one look at each row. `query`: one of the user's, whose price nobody knows. */
  kind: z.enum(['scan', 'sort', 'hash', 'index', 'query']),
  /** Sentences of the expectations that need it. */
  expectations: z.array(z.string()),
  /** What a sort or a hash may have to hold, in memory or in temporary files; null where it holds nothing. */
  holdsBytes: z.number().nullable(),
  /** true: by the planner's guess of the rows, as of a view, a query or a foreign table. false: no more than that. */
  estimated: z.boolean(),
})
export type PlanStep = z.infer<typeof PlanStep>

export const RunPlan = z.object({
  /** In the order in which one connection would send them. */
  steps: z.array(PlanStep),
  /** The table with its partitions and what is stored beside it. */
  tableBytes: z.number(),
  /** Of all steps, those of users' queries left out. */
  bytesToRead: z.number(),
  /** Statements that may follow, where a first one leaves a question open or rows fail. */
  mayFollow: z.int(),
  /** What constraints prove, so that it is not measured. */
  proved: z.array(z.object({ sentence: z.string(), provedBy: z.string() })),
  /** What cannot be asked at all, and why. */
  broken: z.array(z.object({ sentence: z.string(), why: z.string() })),
  /** A sort or a hash may hold more than this server is trusted with unasked. */
  needsConsent: z.boolean(),
})
export type RunPlan = z.infer<typeof RunPlan>

/** "1 scan, 2 sorts, 213 MB to read; 3 proved by constraints". */
export function planText(plan: RunPlan): string {
  const kinds: readonly (readonly [PlanStep['kind'], one: string, many: string])[] = [
    ['scan', 'scan', 'scans'],
    ['sort', 'sort', 'sorts'],
    ['hash', 'grouping', 'groupings'],
    ['index', 'look into an index', 'looks into indexes'],
    ['query', 'query of your own', 'queries of your own'],
  ]
  const parts = kinds.flatMap(([kind, one, many]) => {
    const count = plan.steps.filter((step) => step.kind === kind).length
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  })
  const work = parts.length === 0 ? 'nothing to read' : `${parts.join(', ')}, ${bytesText(plan.bytesToRead)} to read`
  return plan.proved.length === 0 ? work : `${work}; ${plan.proved.length} proved by constraints`
}

function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [bytes, 0]
  while (value >= 1_024 && unit < units.length - 1) [value, unit] = [value / 1_024, unit + 1]
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`
}
