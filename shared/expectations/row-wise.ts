import { type Sql, sql } from '#shared/sql/sql.ts'
import type { Batch, Evaluation, Metric, MetricValues } from './definition.ts'
import { aggregate, countWhere } from './scan-metric.ts'

/** What expectations about single rows share: their counts, and when enough rows hold. */

export const countRows: Metric = aggregate('count', sql`count(*)`)

/** Rows without a value, as the metric `missing`. */
export function countMissing(column: string, batch: Batch): Metric {
  return { ...countWhere(sql`${batch.column(column)} IS NULL`), proof: { claim: { kind: 'not null', column }, gives: { missing: 0n } } }
}

/** Rows that fail by their values in these columns alone, as the metric `unexpected`. */
export function countFailing(where: Sql, columns: readonly string[]): Metric {
  return { ...countWhere(where), proof: { claim: { kind: 'never', columns, where }, gives: { unexpected: 0n } } }
}

/** Reads a metric of kind `count`. A count that is not there is a defect of the definition, not of the data. */
export function countOf(values: MetricValues, name: string): bigint {
  const value = values[name]
  if (typeof value !== 'bigint') throw new TypeError(`The metric ${name} is not a count.`)
  return value
}

export interface RowWiseCounts {
  readonly rows: bigint
  /** Rows that are not judged, because a value is missing. */
  readonly missing: bigint
  readonly unexpected: bigint
}

/**
 * GX's rule, in IEEE doubles and its order of operations: of the rows that are judged, the share that holds is at
 * least `mostly`. A table without rows to judge passes.
 */
export function judgeRows({ rows, missing, unexpected }: RowWiseCounts, mostly: number): Evaluation {
  const judged = Number(rows - missing)
  const failed = Number(unexpected)
  return {
    success: judged === 0 || (judged - failed) / judged >= mostly,
    observedValue: null,
    counts: {
      elementCount: Number(rows),
      missingCount: Number(missing),
      unexpectedCount: failed,
      unexpectedPercent: judged === 0 ? null : (failed / judged) * 100,
      unexpectedPercentTotal: rows === 0n ? null : (failed / Number(rows)) * 100,
    },
    details: {},
  }
}
