import { heatOfEstimate, heatOfShare, type PlanNode, type QueryPlan } from '#shared/postgres/query-plan.ts'
import { formatBytes, formatCount } from '#ui/format.ts'

/** What the views of a plan say of a node. Pure. */

export type Heat = 0 | 1 | 2 | 3

/** Beside the colour: one mark, two, three. */
export const heatMarks: readonly string[] = ['', '!', '!!', '!!!']

/** `12.3 ms`, or a cost without a unit. null: it never ran. */
export function figureText(value: number | null, measure: QueryPlan['measure']): string {
  if (value === null) return 'never ran'
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  const text = value.toLocaleString(undefined, { maximumFractionDigits: digits, minimumFractionDigits: measure === 'ms' ? digits : 0 })
  return measure === 'ms' ? `${text} ms` : text
}

export function shareOf(node: PlanNode, plan: QueryPlan): number {
  const whole = plan.root.inclusive ?? 0
  return whole === 0 ? 0 : Math.min(1, (node.exclusive ?? 0) / whole)
}

export function heatOf(node: PlanNode, plan: QueryPlan): Heat {
  return heatOfShare(shareOf(node, plan))
}

/** `12 × more than expected`; null: about as many as expected, or not executed. */
export function estimateText({ misestimate }: PlanNode): { readonly text: string; readonly heat: Heat } | null {
  if (misestimate === null) return null
  const { factor, direction } = misestimate
  const times = factor >= 10 ? formatCount(Math.round(factor)) : String(Number(factor.toFixed(1)))
  return { text: factor < 1.05 ? 'as expected' : `${times} × ${direction}`, heat: heatOfEstimate(factor) }
}

/** All rows that came, or are expected. */
export function rowsText({ actual, estimatedRows }: PlanNode): string {
  if (actual === null) return formatCount(estimatedRows)
  return formatCount(Math.round(actual.rows * actual.loops))
}

/** `1.2 MB of the cache, 8 kB from disk`. null: no pages were counted. */
export function buffersText({ buffers }: PlanNode): string | null {
  if (buffers === null) return null
  const size = (pages: number) => formatBytes(pages * 8_192)
  const parts = [
    buffers.sharedHit > 0 ? `${size(buffers.sharedHit)} from the cache` : null,
    buffers.sharedRead > 0 ? `${size(buffers.sharedRead)} read` : null,
    buffers.tempWritten + buffers.tempRead > 0 ? `${size(buffers.tempWritten)} written to temporary files` : null,
  ]
  const said = parts.filter((part) => part !== null)
  return said.length === 0 ? 'none' : said.join(', ')
}

/** The whole plan in a sentence or two. */
export function planSentence(plan: QueryPlan, most: { readonly node: PlanNode; readonly share: number } | null): string {
  const percent = most === null ? 0 : Math.round(most.share * 100)
  const what = plan.measure === 'ms' ? 'time' : 'estimated cost'
  const where = most === null || percent < 1 ? '' : ` ${percent} % of the ${what} goes to ${most.node.title}.`
  const worst = worstEstimate(plan)
  const estimate = worst === null ? '' : ` ${worst.title} gave ${estimateText(worst)?.text} rows than the planner expected.`
  const all =
    plan.executionMs === null
      ? 'Not executed: figures are the planner’s estimates.'
      : `Executed in ${figureText(plan.executionMs, 'ms')}${plan.planningMs === null ? '' : `, planned in ${figureText(plan.planningMs, 'ms')}`}.`
  return `${all}${where}${estimate}`
}

/** Where it begins to be wrong: a wrong number of rows is carried up to every node above. null: none is off by more than ten times. */
function worstEstimate({ nodes }: QueryPlan): PlanNode | null {
  const greatest = Math.max(...nodes.map(({ misestimate }) => misestimate?.factor ?? 1))
  return greatest <= 10 ? null : (nodes.findLast(({ misestimate }) => (misestimate?.factor ?? 1) >= 0.9 * greatest) ?? null)
}
