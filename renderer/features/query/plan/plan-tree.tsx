import type { PlanNode } from '#shared/postgres/query-plan.ts'
import type { DrawnPlan } from './drawn-plan.ts'
import styles from './plan.module.css'
import { walk } from './plan-keys.ts'
import { estimateText, figureText, heatMarks, heatOf, rowsText, shareOf } from './plan-words.ts'

/** Boxes from the result on the left to the tables on the right. */
export function PlanTree(drawn: DrawnPlan) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the buttons inside; here they bubble to one place
    <div className={styles.tree} onKeyDown={walk}>
      <Branch node={drawn.plan.root} {...drawn} />
    </div>
  )
}

function Branch({ node, ...drawn }: DrawnPlan & { readonly node: PlanNode }) {
  return (
    <div className={styles.branch}>
      <Box node={node} {...drawn} />
      {node.children.length > 0 && (
        <ul className={styles.children}>
          {node.children.map((child) => (
            <li key={child.id}>
              <Branch node={child} {...drawn} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Box({ node, plan, picked, onPick }: DrawnPlan & { readonly node: PlanNode }) {
  const heat = heatOf(node, plan)
  const estimate = estimateText(node)
  return (
    <button
      type="button"
      className={styles.box}
      data-heat={heat}
      data-never={node.inclusive === null || undefined}
      aria-pressed={node.id === picked.id}
      onClick={() => onPick(node.id)}
    >
      {node.role !== null && <span className={styles.role}>{node.role}</span>}
      <strong>{node.title}</strong>
      <span>
        {figureText(node.exclusive, plan.measure)} {heatMarks[heat]}
      </span>
      <span className={styles.faint}>
        {`${rowsText(node)} rows`}
        {estimate !== null && estimate.heat > 0 && `, ${estimate.text} than expected`}
      </span>
      <span className={styles.share} style={{ width: `${Math.round(shareOf(node, plan) * 100)}%` }} aria-hidden />
    </button>
  )
}
