import type { SpotlightActionData, SpotlightActionGroupData, SpotlightFilterFunction } from '@mantine/spotlight'
import { fuzzyScore } from './fuzzy.ts'

/** What fits best stands first, the groups in the order of their best. Of what only the description or the keywords fit, the place is lower. */
export const rankCommands: SpotlightFilterFunction = (query, groups) => {
  if (query.trim() === '') return groups
  return groups
    .flatMap((group): { readonly best: number; readonly group: SpotlightActionGroupData }[] => {
      if (!('actions' in group)) return []
      const fitting = group.actions.flatMap((action) => {
        const score = scoreOf(query, action)
        return score === null ? [] : [{ action, score }]
      })
      const [first] = fitting.sort((one, other) => other.score - one.score)
      if (first === undefined) return []
      return [{ best: first.score, group: { ...group, actions: fitting.slice(0, MOST_OF_A_GROUP).map(({ action }) => action) } }]
    })
    .sort((one, other) => other.best - one.best)
    .map(({ group }) => group)
}

/** A thousand assets leave room for what can be done. */
const MOST_OF_A_GROUP = 20
const BEHIND_LABELS = 12

function scoreOf(query: string, { label = '', description = '', keywords = '' }: SpotlightActionData): number | null {
  const byLabel = fuzzyScore(query, label)
  if (byLabel !== null) return byLabel
  const all = fuzzyScore(query, `${label} ${description} ${String(keywords)}`)
  return all === null ? null : all - BEHIND_LABELS
}
