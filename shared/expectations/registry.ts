import type { AnyExpectationDefinition } from './definition.ts'
import { expectColumnDistinctValuesToBeInSet } from './expect-column-distinct-values-to-be-in-set.ts'
import { expectColumnDistinctValuesToContainSet } from './expect-column-distinct-values-to-contain-set.ts'
import { expectColumnDistinctValuesToEqualSet } from './expect-column-distinct-values-to-equal-set.ts'
import { expectColumnKlDivergenceToBeLessThan } from './expect-column-kl-divergence-to-be-less-than.ts'
import { expectColumnMaxToBeBetween } from './expect-column-max-to-be-between.ts'
import { expectColumnMeanToBeBetween } from './expect-column-mean-to-be-between.ts'
import { expectColumnMedianToBeBetween } from './expect-column-median-to-be-between.ts'
import { expectColumnMinToBeBetween } from './expect-column-min-to-be-between.ts'
import { expectColumnMostCommonValueToBeInSet } from './expect-column-most-common-value-to-be-in-set.ts'
import { expectColumnNewestValueToBeRecent } from './expect-column-newest-value-to-be-recent.ts'
import { expectColumnPairRangesToNotOverlap } from './expect-column-pair-ranges-to-not-overlap.ts'
import { expectColumnPairValuesAToBeGreaterThanB } from './expect-column-pair-values-a-to-be-greater-than-b.ts'
import { expectColumnPairValuesToBeEqual } from './expect-column-pair-values-to-be-equal.ts'
import { expectColumnPairValuesToBeInSet } from './expect-column-pair-values-to-be-in-set.ts'
import { expectColumnProportionOfNonNullValuesToBeBetween } from './expect-column-proportion-of-non-null-values-to-be-between.ts'
import { expectColumnProportionOfUniqueValuesToBeBetween } from './expect-column-proportion-of-unique-values-to-be-between.ts'
import { expectColumnQuantileValuesToBeBetween } from './expect-column-quantile-values-to-be-between.ts'
import { expectColumnStdevToBeBetween } from './expect-column-stdev-to-be-between.ts'
import { expectColumnSumToBeBetween } from './expect-column-sum-to-be-between.ts'
import { expectColumnToExist } from './expect-column-to-exist.ts'
import { expectColumnTypeToBe } from './expect-column-type-to-be.ts'
import { expectColumnUniqueValueCountToBeBetween } from './expect-column-unique-value-count-to-be-between.ts'
import { expectColumnValueLengthsToBeBetween } from './expect-column-value-lengths-to-be-between.ts'
import { expectColumnValueLengthsToEqual } from './expect-column-value-lengths-to-equal.ts'
import { expectColumnValueZScoresToBeLessThan } from './expect-column-value-z-scores-to-be-less-than.ts'
import { expectColumnValuesToBeBetween } from './expect-column-values-to-be-between.ts'
import { expectColumnValuesToBeDecreasing } from './expect-column-values-to-be-decreasing.ts'
import { expectColumnValuesToBeInSet } from './expect-column-values-to-be-in-set.ts'
import { expectColumnValuesToBeInTypeList } from './expect-column-values-to-be-in-type-list.ts'
import { expectColumnValuesToBeIncreasing } from './expect-column-values-to-be-increasing.ts'
import { expectColumnValuesToBeJsonParseable } from './expect-column-values-to-be-json-parseable.ts'
import { expectColumnValuesToBeNull } from './expect-column-values-to-be-null.ts'
import { expectColumnValuesToBeOfType } from './expect-column-values-to-be-of-type.ts'
import { expectColumnValuesToBeUnique } from './expect-column-values-to-be-unique.ts'
import { expectColumnValuesToExistInOtherTable } from './expect-column-values-to-exist-in-other-table.ts'
import { expectColumnValuesToMatchJsonSchema } from './expect-column-values-to-match-json-schema.ts'
import { expectColumnValuesToMatchLikePattern } from './expect-column-values-to-match-like-pattern.ts'
import { expectColumnValuesToMatchLikePatternList } from './expect-column-values-to-match-like-pattern-list.ts'
import { expectColumnValuesToMatchRegex } from './expect-column-values-to-match-regex.ts'
import { expectColumnValuesToMatchRegexList } from './expect-column-values-to-match-regex-list.ts'
import { expectColumnValuesToMatchStrftimeFormat } from './expect-column-values-to-match-strftime-format.ts'
import { expectColumnValuesToNotBeInSet } from './expect-column-values-to-not-be-in-set.ts'
import { expectColumnValuesToNotBeNull } from './expect-column-values-to-not-be-null.ts'
import { expectColumnValuesToNotBeOutliers } from './expect-column-values-to-not-be-outliers.ts'
import { expectColumnValuesToNotMatchLikePattern } from './expect-column-values-to-not-match-like-pattern.ts'
import { expectColumnValuesToNotMatchLikePatternList } from './expect-column-values-to-not-match-like-pattern-list.ts'
import { expectColumnValuesToNotMatchRegex } from './expect-column-values-to-not-match-regex.ts'
import { expectColumnValuesToNotMatchRegexList } from './expect-column-values-to-not-match-regex-list.ts'
import { expectCompoundColumnsToBeUnique } from './expect-compound-columns-to-be-unique.ts'
import { expectMulticolumnSumToEqual } from './expect-multicolumn-sum-to-equal.ts'
import { expectMulticolumnValuesToBeEqual } from './expect-multicolumn-values-to-be-equal.ts'
import { expectQueryResultsToMatchComparison } from './expect-query-results-to-match-comparison.ts'
import { expectSelectColumnValuesToBeUniqueWithinRecord } from './expect-select-column-values-to-be-unique-within-record.ts'
import { expectTableColumnCountToBeBetween } from './expect-table-column-count-to-be-between.ts'
import { expectTableColumnCountToEqual } from './expect-table-column-count-to-equal.ts'
import { expectTableColumnTypesToMatchSet } from './expect-table-column-types-to-match-set.ts'
import { expectTableColumnsToMatchOrderedList } from './expect-table-columns-to-match-ordered-list.ts'
import { expectTableColumnsToMatchSet } from './expect-table-columns-to-match-set.ts'
import { expectTableRowCountToBeBetween } from './expect-table-row-count-to-be-between.ts'
import { expectTableRowCountToEqual } from './expect-table-row-count-to-equal.ts'
import { expectTableRowCountToEqualOtherTable } from './expect-table-row-count-to-equal-other-table.ts'
import { unexpectedRowsExpectation } from './unexpected-rows-expectation.ts'

/** Every expectation that Plumbline knows, in the order of GX's catalogue. Adding one: its file, a line here, a case table in test. */
export const expectationDefinitions: readonly AnyExpectationDefinition[] = [
  expectTableRowCountToBeBetween,
  expectTableRowCountToEqual,
  expectTableRowCountToEqualOtherTable,
  expectColumnNewestValueToBeRecent,
  expectTableColumnCountToBeBetween,
  expectTableColumnCountToEqual,
  expectTableColumnsToMatchOrderedList,
  expectTableColumnsToMatchSet,
  expectTableColumnTypesToMatchSet,
  expectColumnToExist,
  expectColumnTypeToBe,
  expectColumnValuesToBeOfType,
  expectColumnValuesToBeInTypeList,
  expectColumnValuesToNotBeNull,
  expectColumnValuesToBeNull,
  expectColumnProportionOfNonNullValuesToBeBetween,
  expectColumnValuesToBeUnique,
  expectCompoundColumnsToBeUnique,
  expectSelectColumnValuesToBeUniqueWithinRecord,
  expectColumnUniqueValueCountToBeBetween,
  expectColumnProportionOfUniqueValuesToBeBetween,
  expectColumnDistinctValuesToBeInSet,
  expectColumnDistinctValuesToContainSet,
  expectColumnDistinctValuesToEqualSet,
  expectColumnMostCommonValueToBeInSet,
  expectColumnValuesToBeInSet,
  expectColumnValuesToNotBeInSet,
  expectColumnValuesToBeBetween,
  expectColumnValueLengthsToBeBetween,
  expectColumnValueLengthsToEqual,
  expectColumnValuesToMatchRegex,
  expectColumnValuesToNotMatchRegex,
  expectColumnValuesToMatchRegexList,
  expectColumnValuesToNotMatchRegexList,
  expectColumnValuesToMatchLikePattern,
  expectColumnValuesToNotMatchLikePattern,
  expectColumnValuesToMatchLikePatternList,
  expectColumnValuesToNotMatchLikePatternList,
  expectColumnValuesToMatchStrftimeFormat,
  expectColumnValuesToBeJsonParseable,
  expectColumnValuesToMatchJsonSchema,
  expectColumnValuesToBeIncreasing,
  expectColumnValuesToBeDecreasing,
  expectColumnValuesToExistInOtherTable,
  expectColumnValueZScoresToBeLessThan,
  expectColumnValuesToNotBeOutliers,
  expectColumnMaxToBeBetween,
  expectColumnMinToBeBetween,
  expectColumnMeanToBeBetween,
  expectColumnMedianToBeBetween,
  expectColumnStdevToBeBetween,
  expectColumnSumToBeBetween,
  expectColumnQuantileValuesToBeBetween,
  expectColumnKlDivergenceToBeLessThan,
  expectColumnPairValuesAToBeGreaterThanB,
  expectColumnPairValuesToBeEqual,
  expectColumnPairValuesToBeInSet,
  expectColumnPairRangesToNotOverlap,
  expectMulticolumnSumToEqual,
  expectMulticolumnValuesToBeEqual,
  unexpectedRowsExpectation,
  expectQueryResultsToMatchComparison,
]

const byType = new Map(expectationDefinitions.map((definition) => [definition.type, definition]))

export function findExpectation(type: string): AnyExpectationDefinition | null {
  return byType.get(type) ?? null
}
