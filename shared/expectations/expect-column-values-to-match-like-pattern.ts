import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { textParam } from './fields.ts'
import { likeProbe } from './patterns.ts'
import { columnName, say, valueText } from './prose.ts'

export const expectColumnValuesToMatchLikePattern = defineColumnMap({
  type: 'expect_column_values_to_match_like_pattern',
  title: 'Column values to match like pattern',
  summary: 'Each value fits a LIKE pattern.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: {
    like_pattern: textParam({ label: 'LIKE pattern', help: '% stands for any characters, _ for one. The whole value must fit.' }),
  },
  prose: ({ column, like_pattern }) => say`Values of ${columnName(column)} are like ${valueText(like_pattern)}`,
  probes: ({ like_pattern }) => [likeProbe(like_pattern)],
  unexpected: ({ column, like_pattern }, batch) => sql`NOT ${batch.like(column, sql`${like_pattern}`)}`,
})
