import type { PlanNode, QueryPlan } from '#shared/postgres/query-plan.ts'
import { formatBytes, formatCount } from '#ui/format.ts'
import styles from './plan.module.css'
import { buffersText, estimateText, figureText, rowsText, shareOf } from './plan-words.ts'

/** Everything that is known of one node. */
export function PlanDetails({ plan, node }: { readonly plan: QueryPlan; readonly node: PlanNode }) {
  const estimate = estimateText(node)
  const buffers = buffersText(node)
  const facts = [
    {
      name: plan.measure === 'ms' ? 'Time by itself' : 'Cost by itself',
      value: `${figureText(node.exclusive, plan.measure)} (${Math.round(shareOf(node, plan) * 100)} %)`,
    },
    { name: 'With its children', value: figureText(node.inclusive, plan.measure) },
    ...(node.actual === null
      ? []
      : [{ name: 'Rows', value: `${rowsText(node)} in ${formatCount(node.actual.loops)} ${node.actual.loops === 1 ? 'loop' : 'loops'}` }]),
    {
      name: 'Rows expected',
      value: `${formatCount(node.estimatedRows)}${node.actual !== null && node.actual.loops > 1 ? ' a loop' : ''}${estimate === null ? '' : ` (${estimate.text})`}`,
    },
    { name: 'Width of a row', value: formatBytes(node.width) },
    { name: 'Cost', value: `${node.cost.startup.toLocaleString()} to ${node.cost.total.toLocaleString()}` },
    ...(buffers === null ? [] : [{ name: 'Pages, with its children', value: buffers }]),
    ...node.facts,
  ]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and by keys as well
    <section className={styles.details} tabIndex={0} aria-label={`Details of ${node.title}`}>
      <h2>{node.title}</h2>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
