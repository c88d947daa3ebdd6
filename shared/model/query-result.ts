import { z } from 'zod'

/** What is asked of the rows of a result after they were read, without running the query again. */

/** SECURITY: of a longer value only its first bytes are looked at, wherever it comes from: so many. */
export const MOST_LOOKED_AT_BYTES = 1024 * 1024

/** Columns of which something was looked at only in part, since it is longer. */
const longColumns = z.array(z.int())

export const ResultSort = z.strictObject({ column: z.int().min(0), descending: z.boolean() })
export type ResultSort = z.infer<typeof ResultSort>

/**
 * `equals` and the like compare as the type does; `contains` looks at the text without regard to case. `differs` is met by NULL too. A
 * value of null: NULL.
 */
export const ConditionTest = z.enum(['contains', 'lacks', 'equals', 'differs', 'less', 'at-most', 'greater', 'at-least'])
export type ConditionTest = z.infer<typeof ConditionTest>

export const ResultCondition = z.strictObject({
  column: z.int().min(0),
  test: ConditionTest,
  /** null only with `equals` and `differs`. */
  value: z.string().max(100_000).nullable(),
})
export type ResultCondition = z.infer<typeof ResultCondition>

/** A share from 0 to 1 while it runs, then once what came of it. */
const progress = z.object({ type: z.literal('progress'), share: z.number() })

/** Both rows belong to it, as they stand in the arrangement. */
export const SelectedCells = z.strictObject({
  top: z.int().min(0),
  bottom: z.int().min(0),
  columns: z.array(z.int().min(0)).min(1).max(2_000),
})
export type SelectedCells = z.infer<typeof SelectedCells>

export const ArrangeEvent = z.discriminatedUnion('type', [
  progress,
  z.object({
    type: z.literal('arranged'),
    arrangementId: z.uuid(),
    rowCount: z.int(),
    /** Sorted columns of a type whose own order is not known here: their texts are in order. */
    orderedAsText: z.array(z.int()),
    longColumns,
  }),
])
export type ArrangeEvent = z.infer<typeof ArrangeEvent>

export const FindEvent = z.discriminatedUnion('type', [
  progress,
  z.object({
    type: z.literal('found'),
    findId: z.uuid(),
    count: z.int(),
    /** How many of them can be gone to. */
    reachable: z.int(),
    longColumns,
  }),
])
export type FindEvent = z.infer<typeof FindEvent>

/** Exact: numbers as texts with all their digits. */
export const CellSummary = z.object({
  cells: z.int(),
  nulls: z.int(),
  /** Numbers among the cells of numeric columns. */
  numbers: z.int(),
  sum: z.string().nullable(),
  average: z.string().nullable(),
  /** Of numbers, and where there are none, of dates and times of a single column. */
  least: z.string().nullable(),
  greatest: z.string().nullable(),
})
export type CellSummary = z.infer<typeof CellSummary>

export const SummaryEvent = z.discriminatedUnion('type', [progress, z.object({ type: z.literal('summary'), summary: CellSummary })])
export type SummaryEvent = z.infer<typeof SummaryEvent>

export const ColumnFacts = z.object({
  rows: z.int(),
  nulls: z.int(),
  /** Values that differ, as the type compares them; NULL is none of them. */
  distinct: z.int(),
  least: z.string().nullable(),
  greatest: z.string().nullable(),
  median: z.string().nullable(),
  sum: z.string().nullable(),
  mean: z.string().nullable(),
  /** Median, least and greatest are by the text: the order of the type is not known here. */
  orderedAsText: z.boolean(),
  /** Some value is longer than what is looked at. */
  hasLong: z.boolean(),
  /** The most frequent, at most ten. */
  top: z.array(z.object({ value: z.string(), count: z.int() })),
  /** Bins of the same width, of numbers and times that are finite. Empty: it has none. `from` and `to` are for an axis, and rounded. */
  histogram: z.array(z.object({ from: z.string(), to: z.string(), count: z.int() })),
})
export type ColumnFacts = z.infer<typeof ColumnFacts>

export const FactsEvent = z.discriminatedUnion('type', [progress, z.object({ type: z.literal('facts'), facts: ColumnFacts })])
export type FactsEvent = z.infer<typeof FactsEvent>

export const CellPart = z.object({
  /** null: NULL. */
  text: z.string().nullable(),
  /** Where the part after it begins, in bytes; null: this was the last. */
  next: z.int().nullable(),
  /** Fewer than `sizeBytes`: the row was too long, and only the beginning of the value is there. */
  keptBytes: z.int(),
  sizeBytes: z.int(),
})
export type CellPart = z.infer<typeof CellPart>

/** A place in a result. */
export const ResultPlace = z.object({ row: z.int(), column: z.int() })
export type ResultPlace = z.infer<typeof ResultPlace>
