import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { expectationDefinitions, findExpectation } from '#shared/expectations/registry.ts'
import { DataQualityIssue, type Expectation } from '#shared/model/expectation.ts'

/** Expectations of one data-quality issue. `Other`: of types that this version does not know. */
export interface IssueGroup<Item> {
  readonly issue: DataQualityIssue | 'Other'
  readonly items: readonly Item[]
}

/** In the order of the data-quality issues; empty groups are left out. */
export function groupByIssue(expectations: readonly Expectation[]): readonly IssueGroup<Expectation>[] {
  return group(expectations, (expectation) => findExpectation(expectation.type)?.issue ?? 'Other')
}

export function definitionsByIssue(
  definitions: readonly AnyExpectationDefinition[] = expectationDefinitions,
): readonly IssueGroup<AnyExpectationDefinition>[] {
  return group(definitions, (definition) => definition.issue)
}

/** Definitions whose title, summary or type holds every word of the search. */
export function searchDefinitions(definitions: readonly AnyExpectationDefinition[], search: string): readonly AnyExpectationDefinition[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return definitions.filter((definition) => {
    const mark = definition.beyondGx === true ? 'beyond gx' : ''
    const text = `${definition.title} ${definition.summary} ${definition.type} ${definition.issue} ${mark}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

const order: readonly (DataQualityIssue | 'Other')[] = [...DataQualityIssue.options, 'Other']

function group<Item>(items: readonly Item[], issueOf: (item: Item) => DataQualityIssue | 'Other'): readonly IssueGroup<Item>[] {
  return order.map((issue) => ({ issue, items: items.filter((item) => issueOf(item) === issue) })).filter((group) => group.items.length > 0)
}
