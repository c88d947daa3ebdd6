import { defineColumnMap } from './column-map.ts'
import { textsParam } from './fields.ts'
import { matchesRegexes, regexProbe } from './patterns.ts'
import { columnName, say, valueList } from './prose.ts'

export const expectColumnValuesToNotMatchRegexList = defineColumnMap({
  type: 'expect_column_values_to_not_match_regex_list',
  title: 'Column values to not match regex list',
  summary: 'No value contains a match of any of several regular expressions.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: { regex_list: textsParam({ label: 'Regular expressions' }) },
  prose: ({ column, regex_list }) => say`Values of ${columnName(column)} match none of ${valueList(regex_list)}`,
  probes: ({ regex_list }) => regex_list.map(regexProbe),
  unexpected: ({ column, regex_list }, batch) => matchesRegexes(batch, column, regex_list, 'any'),
})
