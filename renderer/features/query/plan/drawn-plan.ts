import type { PlanNode, QueryPlan } from '#shared/postgres/query-plan.ts'

/** What every view of a plan is given. */
export interface DrawnPlan {
  readonly plan: QueryPlan
  /** The node whose details stand beside it. */
  readonly picked: PlanNode
  onPick(id: number): void
}
