import type { Relation } from '#shared/model/data-source.ts'
import type { ExpectationResult } from '#shared/model/run.ts'

/** Whole records for tests that are about one or two of their fields. */

export function exampleResult(change: Partial<ExpectationResult>): ExpectationResult {
  return {
    expectationId: '00000000-0000-4000-8000-000000000000',
    type: 'expect_table_row_count_to_equal',
    kwargs: {},
    severity: 'critical',
    sentence: 'A sentence',
    outcome: 'passed',
    observedValue: null,
    counts: null,
    failingColumns: [],
    failingValues: [],
    details: {},
    failingRowsSql: null,
    provedBy: null,
    problem: null,
    ...change,
  }
}

export function exampleRelation(change: Partial<Relation>): Relation {
  return {
    oid: 1,
    schema: 'public',
    name: 'orders',
    kind: 'table',
    estimatedRows: null,
    sizeBytes: null,
    comment: null,
    columnCount: 1,
    readable: true,
    rowSecurity: false,
    partitionOf: null,
    assetId: null,
    ...change,
  }
}
