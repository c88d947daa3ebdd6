import type { ExplainOptions } from '#shared/model/query.ts'

/** What is put before a statement to explain it. BUFFERS, TIMING, SERIALIZE and WAL mean something only where it runs, a generic plan only where it does not. */
export function explainPrefix(options: ExplainOptions, analyze: boolean): string {
  const { buffers, costs, genericPlan, memory, serialize, settings, summary, timing, verbose, wal } = options
  const parts = [
    analyze && 'ANALYZE',
    // From PostgreSQL 18 on, ANALYZE has them unless they are switched off.
    analyze && (buffers ? 'BUFFERS' : 'BUFFERS false'),
    !costs && 'COSTS false',
    !analyze && genericPlan && 'GENERIC_PLAN',
    memory && 'MEMORY',
    analyze && serialize !== 'none' && `SERIALIZE ${serialize.toUpperCase()}`,
    settings && 'SETTINGS',
    summary !== analyze && (summary ? 'SUMMARY' : 'SUMMARY false'),
    analyze && !timing && 'TIMING false',
    verbose && 'VERBOSE',
    analyze && wal && 'WAL',
    'FORMAT JSON',
  ]
  return `EXPLAIN (${parts.filter((part) => part !== false).join(', ')}) `
}
