import type { ExpectationResult } from '#shared/model/run.ts'
import { type Answer, type Ask, type Case, differences, gxFailed, otherRows } from './conformance.ts'
import { answered, deviations, type Rule } from './rules.ts'

/** What becomes of a record: the same answer; another one by a rule; an answer where GX has none; or another one without a reason. */
export type Verdict =
  | { readonly verdict: 'equal' }
  | { readonly verdict: 'named' | 'answered'; readonly rule: string }
  | { readonly verdict: 'differs'; readonly why: readonly string[] }

export async function judge(ours: ExpectationResult, one: Case, answer: Answer, ask: Ask): Promise<Verdict> {
  const failed = gxFailed(answer)
  if (failed && ours.outcome === 'error') return { verdict: 'equal' }
  const why = failed
    ? [`GX failed; ours: ${ours.outcome} ${JSON.stringify(ours.counts ?? ours.observedValue)}`]
    : ours.outcome === 'error'
      ? [ours.problem?.sentence ?? '']
      : [...differences(ours, answer), ...(await otherRows(ours, answer, ask))]
  if (why.length === 0) return { verdict: 'equal' }
  const rule = await proven(failed ? answered : deviations, ours, one, answer, ask)
  if (rule === null) return { verdict: 'differs', why }
  return { verdict: failed ? 'answered' : 'named', rule: rule.because }
}

/** The first rule that speaks about the case and proves our answer. */
async function proven(rules: readonly Rule[], ours: ExpectationResult, one: Case, answer: Answer, ask: Ask): Promise<Rule | null> {
  for (const rule of rules) {
    if (rule.holds(one, answer.expectation_type, answer) && (await rule.proves(ours, one, ask))) return rule
  }
  return null
}
