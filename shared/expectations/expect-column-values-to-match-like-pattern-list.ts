import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { choiceParam, textsParam } from './fields.ts'
import { likeProbe, matchesLike, matchOnOptions } from './patterns.ts'
import { columnName, say, valueList } from './prose.ts'

export const expectColumnValuesToMatchLikePatternList = defineColumnMap({
  type: 'expect_column_values_to_match_like_pattern_list',
  title: 'Column values to match like pattern list',
  summary: 'Each value fits any, or all, of several LIKE patterns.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: {
    like_pattern_list: textsParam({ label: 'LIKE patterns', help: '% stands for any characters, _ for one.' }),
    match_on: choiceParam({ label: 'A value must fit', options: matchOnOptions, initial: 'any' }),
  },
  prose: ({ column, like_pattern_list, match_on }) =>
    match_on === 'any'
      ? say`Values of ${columnName(column)} are like any of ${valueList(like_pattern_list)}`
      : say`Values of ${columnName(column)} are like all of ${valueList(like_pattern_list)}`,
  probes: ({ like_pattern_list }) => like_pattern_list.map(likeProbe),
  unexpected: ({ column, like_pattern_list, match_on }, batch) => sql`NOT ${matchesLike(batch, column, like_pattern_list, match_on)}`,
})
