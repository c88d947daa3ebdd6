import { PostgresError } from '#services/postgres/errors.ts'
import { ends, type Problem, problemOf } from './problems.ts'

/**
 * Tries all items at once; where that fails, halves, until each offender stands alone. About 2·log2(n) attempts for
 * each. What the budget no longer reaches is reported as such, so that one bad asset cannot keep a server busy.
 * @throws what ends the whole run (a cancel, a timeout, a lost connection): halving would not find an offender there.
 */
export async function isolate<Item>(
  items: readonly Item[],
  attempt: (items: readonly Item[]) => Promise<void>,
  options: { readonly attempts: number },
): Promise<ReadonlyMap<Item, Problem>> {
  const problems = new Map<Item, Problem>()
  const waiting: (readonly Item[])[] = items.length === 0 ? [] : [items]
  let left = options.attempts
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    if (left === 0) {
      for (const item of group) problems.set(item, notIsolated)
      continue
    }
    left -= 1
    try {
      await attempt(group)
    } catch (error) {
      if (!(error instanceof PostgresError) || ends(error)) throw error
      const [only] = group
      if (group.length === 1 && only !== undefined) {
        problems.set(only, problemOf(error))
      } else {
        const middle = Math.ceil(group.length / 2)
        waiting.push(group.slice(middle), group.slice(0, middle))
      }
    }
  }
  return problems
}

const notIsolated: Problem = {
  sentence: 'Not isolated: too many expectations of this data asset failed to run. Mend those with a message of their own first.',
  sqlstate: null,
  aboutValues: false,
}
