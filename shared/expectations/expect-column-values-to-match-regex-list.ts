import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { choiceParam, textsParam } from './fields.ts'
import { matchesRegexes, matchOnOptions, regexProbe } from './patterns.ts'
import { columnName, say, valueList } from './prose.ts'

export const expectColumnValuesToMatchRegexList = defineColumnMap({
  type: 'expect_column_values_to_match_regex_list',
  title: 'Column values to match regex list',
  summary: 'Each value contains a match of any, or of all, of several regular expressions.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: {
    regex_list: textsParam({ label: 'Regular expressions' }),
    match_on: choiceParam({ label: 'A value must match', options: matchOnOptions, initial: 'any' }),
  },
  prose: ({ column, regex_list, match_on }) =>
    match_on === 'any'
      ? say`Values of ${columnName(column)} match any of ${valueList(regex_list)}`
      : say`Values of ${columnName(column)} match all of ${valueList(regex_list)}`,
  probes: ({ regex_list }) => regex_list.map(regexProbe),
  unexpected: ({ column, regex_list, match_on }, batch) => sql`NOT ${matchesRegexes(batch, column, regex_list, match_on)}`,
})
