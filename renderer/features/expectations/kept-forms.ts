import type { Kwargs, Severity } from '#shared/model/expectation.ts'
import type { ConditionDrafts } from './condition-model.ts'
import type { FollowDraft } from './follow-model.ts'
import type { Drafts } from './form-model.ts'

/** What a person has typed into a form of an expectation. */
export interface FormState {
  readonly type: string
  readonly drafts: Drafts
  readonly conditions: ConditionDrafts
  /** null: bounds are typed in. */
  readonly follow: FollowDraft | null
  /** What the params were suggested as; drafts that still equal it follow the column. */
  readonly suggested: Kwargs
  readonly severity: Severity
  readonly description: string
  readonly notes: string
}

/**
 * Forms that were left with something in them, until they are saved or discarded. In memory only: the text of a query
 * may hold what should not be on disk.
 */
const kept = new Map<string, FormState>()

export function keptForm(key: string): FormState | null {
  return kept.get(key) ?? null
}

export function keepForm(key: string, state: FormState | null): void {
  if (state === null) kept.delete(key)
  else kept.set(key, state)
}
