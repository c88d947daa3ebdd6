import { defineColumnMap } from './column-map.ts'
import { textsParam } from './fields.ts'
import { likeProbe, matchesLike } from './patterns.ts'
import { columnName, say, valueList } from './prose.ts'

export const expectColumnValuesToNotMatchLikePatternList = defineColumnMap({
  type: 'expect_column_values_to_not_match_like_pattern_list',
  title: 'Column values to not match like pattern list',
  summary: 'No value fits any of several LIKE patterns.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: { like_pattern_list: textsParam({ label: 'LIKE patterns', help: '% stands for any characters, _ for one.' }) },
  prose: ({ column, like_pattern_list }) => say`Values of ${columnName(column)} are like none of ${valueList(like_pattern_list)}`,
  probes: ({ like_pattern_list }) => like_pattern_list.map(likeProbe),
  unexpected: ({ column, like_pattern_list }, batch) => matchesLike(batch, column, like_pattern_list, 'any'),
})
