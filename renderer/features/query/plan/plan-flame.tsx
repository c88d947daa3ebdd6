import type { PlanNode, QueryPlan } from '#shared/postgres/query-plan.ts'
import type { DrawnPlan } from './drawn-plan.ts'
import styles from './plan.module.css'
import { walk } from './plan-keys.ts'
import { figureText, heatMarks, heatOf } from './plan-words.ts'

/** Each node as wide as its share of the whole, its children below it: where nothing is below, the node itself is busy. */
export function PlanFlame({ plan, picked, onPick }: DrawnPlan) {
  const bars = flameOf(plan)
  const rows = Math.max(...bars.map(({ node }) => node.depth)) + 1
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the buttons inside; here they bubble to one place
    <div className={styles.flame} style={{ height: rows * ROW }} onKeyDown={walk}>
      {bars.map(({ node, from, to }) => {
        const heat = heatOf(node, plan)
        return (
          <button
            key={node.id}
            type="button"
            className={styles.flameBar}
            data-heat={heat}
            aria-pressed={node.id === picked.id}
            title={`${node.title}: ${figureText(node.inclusive, plan.measure)}, ${figureText(node.exclusive, plan.measure)} by itself`}
            style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%`, top: node.depth * ROW }}
            onClick={() => onPick(node.id)}
          >
            {`${heatMarks[heat]}${heat > 0 ? ' ' : ''}${node.title} · ${figureText(node.inclusive, plan.measure)}`}
          </button>
        )
      })}
    </div>
  )
}

const ROW = 26

interface FlameBar {
  readonly node: PlanNode
  /** 0 to 1. */
  readonly from: number
  readonly to: number
}

/** Children stand side by side under their parent, and never reach beyond it; what never ran has no width, and is left out. */
export function flameOf(plan: QueryPlan): readonly FlameBar[] {
  const whole = plan.root.inclusive ?? 0
  const bars: FlameBar[] = []
  const place = (node: PlanNode, from: number, to: number): void => {
    bars.push({ node, from, to })
    const widths = node.children.map(({ inclusive }) => (whole === 0 ? 0 : (inclusive ?? 0) / whole))
    const sum = widths.reduce((total, width) => total + width, 0)
    const scale = sum > to - from ? (to - from) / sum : 1
    let at = from
    node.children.forEach((child, index) => {
      const width = (widths[index] ?? 0) * scale
      if (width > 0) place(child, at, at + width)
      at += width
    })
  }
  place(plan.root, 0, 1)
  return bars
}
