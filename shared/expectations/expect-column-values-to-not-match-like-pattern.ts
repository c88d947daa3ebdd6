import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { textParam } from './fields.ts'
import { likeProbe } from './patterns.ts'
import { columnName, say, valueText } from './prose.ts'

export const expectColumnValuesToNotMatchLikePattern = defineColumnMap({
  type: 'expect_column_values_to_not_match_like_pattern',
  title: 'Column values to not match like pattern',
  summary: 'No value fits a LIKE pattern.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: { like_pattern: textParam({ label: 'LIKE pattern', help: '% stands for any characters, _ for one.' }) },
  prose: ({ column, like_pattern }) => say`Values of ${columnName(column)} are not like ${valueText(like_pattern)}`,
  probes: ({ like_pattern }) => [likeProbe(like_pattern)],
  unexpected: ({ column, like_pattern }, batch) => batch.like(column, sql`${like_pattern}`),
})
