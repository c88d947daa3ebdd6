import type { AnyExpectationDefinition } from './definition.ts'
import { expectColumnMeanToBeBetween } from './expect-column-mean-to-be-between.ts'
import { expectColumnPairValuesAToBeGreaterThanB } from './expect-column-pair-values-a-to-be-greater-than-b.ts'
import { expectColumnProportionOfNonNullValuesToBeBetween } from './expect-column-proportion-of-non-null-values-to-be-between.ts'
import { expectColumnToExist } from './expect-column-to-exist.ts'
import { expectColumnValuesToBeBetween } from './expect-column-values-to-be-between.ts'
import { expectColumnValuesToBeInSet } from './expect-column-values-to-be-in-set.ts'
import { expectColumnValuesToBeUnique } from './expect-column-values-to-be-unique.ts'
import { expectColumnValuesToMatchRegex } from './expect-column-values-to-match-regex.ts'
import { expectColumnValuesToNotBeNull } from './expect-column-values-to-not-be-null.ts'
import { expectTableColumnTypesToMatchSet } from './expect-table-column-types-to-match-set.ts'
import { expectTableColumnsToMatchSet } from './expect-table-columns-to-match-set.ts'
import { expectTableRowCountToBeBetween } from './expect-table-row-count-to-be-between.ts'
import { unexpectedRowsExpectation } from './unexpected-rows-expectation.ts'

/** Every expectation that Plumbline knows, in the order of GX's catalogue. Adding one: its file, a line here, a case table in test. */
export const expectationDefinitions: readonly AnyExpectationDefinition[] = [
  expectTableRowCountToBeBetween,
  expectTableColumnsToMatchSet,
  expectTableColumnTypesToMatchSet,
  expectColumnToExist,
  expectColumnValuesToNotBeNull,
  expectColumnProportionOfNonNullValuesToBeBetween,
  expectColumnValuesToBeUnique,
  expectColumnValuesToBeInSet,
  expectColumnValuesToBeBetween,
  expectColumnMeanToBeBetween,
  expectColumnPairValuesAToBeGreaterThanB,
  expectColumnValuesToMatchRegex,
  unexpectedRowsExpectation,
]

const byType = new Map(expectationDefinitions.map((definition) => [definition.type, definition]))

export function findExpectation(type: string): AnyExpectationDefinition | null {
  return byType.get(type) ?? null
}
