import type { DrawnPlan } from './drawn-plan.ts'
import styles from './plan.module.css'
import { walk } from './plan-keys.ts'
import { estimateText, figureText, type Heat, heatMarks, heatOf, rowsText, shareOf } from './plan-words.ts'

/** A line for each node: what it takes by itself and with its children, how far the estimate was off, rows and loops. */
export function PlanTable({ plan, picked, onPick }: DrawnPlan) {
  const executed = plan.measure === 'ms'
  return (
    <table className={styles.table} aria-label="Plan">
      <thead>
        <tr>
          <th scope="col">Exclusive</th>
          <th scope="col">Inclusive</th>
          {executed && <th scope="col">Rows ×</th>}
          <th scope="col">Rows</th>
          {executed && <th scope="col">Loops</th>}
          <th scope="col">Node</th>
        </tr>
      </thead>
      <tbody onKeyDown={walk}>
        {plan.nodes.map((node) => {
          const estimate = estimateText(node)
          return (
            <tr key={node.id} data-picked={node.id === picked.id || undefined} data-never={node.inclusive === null || undefined}>
              <Hot heat={heatOf(node, plan)} share={shareOf(node, plan)}>
                {figureText(node.exclusive, plan.measure)}
              </Hot>
              <td>{figureText(node.inclusive, plan.measure)}</td>
              {executed && <Hot heat={estimate?.heat ?? 0}>{estimate?.text ?? ''}</Hot>}
              <td>{rowsText(node)}</td>
              {executed && <td>{node.actual?.loops.toLocaleString() ?? ''}</td>}
              <td className={styles.node}>
                <button
                  type="button"
                  className={styles.pick}
                  aria-pressed={node.id === picked.id}
                  style={{ paddingLeft: node.depth * 18 }}
                  onClick={() => onPick(node.id)}
                >
                  {node.depth > 0 && <span aria-hidden>→ </span>}
                  {node.role !== null && <span className={styles.role}>{node.role} </span>}
                  {node.title}
                </button>
                <Condition facts={node.facts} depth={node.depth} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Hot({ heat, share, children }: { readonly heat: Heat; readonly share?: number; readonly children: string }) {
  return (
    <td data-heat={heat}>
      {children}
      {heat > 0 && (
        <>
          {' '}
          <span aria-hidden>{heatMarks[heat]}</span>
          <span className="visually-hidden">{['', 'noticeable', 'high', 'very high'][heat]}</span>
        </>
      )}
      {share !== undefined && <span className={styles.share} style={{ width: `${Math.round(share * 100)}%` }} aria-hidden />}
    </td>
  )
}

const conditions = /Cond$|^Filter$|^Join Filter$|^Sort Key$|^Group Key$/

function Condition({ facts, depth }: { readonly facts: DrawnPlan['picked']['facts']; readonly depth: number }) {
  const said = facts.filter(({ name }) => conditions.test(name))
  return said.map(({ name, value }) => (
    <div key={name} className={styles.condition} style={{ paddingLeft: depth * 18 + 16 }}>
      {name}: {value}
    </div>
  ))
}
