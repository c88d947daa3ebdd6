import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { queries } from '#api/client.ts'
import { isUnderWay } from '#parts/run-view.ts'
import type { Run, RunSummary } from '#shared/model/run.ts'
import { changesBetween, type RunChanges, runBefore } from './result-sections.ts'

/** The run that this one is compared with, and what is otherwise now. */
export interface RunBefore {
  readonly summary: RunSummary
  readonly changes: RunChanges
}

/** null: there is none, this one is not over, or it is on its way. */
export function useRunBefore(run: Run): RunBefore | null {
  const { summary, results } = run
  const over = !isUnderWay(summary.state)
  const runs = useQuery({ ...queries.validations.list.queryOptions({ input: { assetId: summary.assetId, limit: 200 } }), enabled: over })
  const before = over ? runBefore(summary, runs.data ?? []) : null
  const other = useQuery({ ...queries.validations.get.queryOptions({ input: { id: before?.id ?? summary.id } }), enabled: before !== null })
  return useMemo(() => {
    if (before === null || other.data === undefined || other.data.summary.id !== before.id) return null
    return { summary: before, changes: changesBetween(results, other.data.results) }
  }, [before, other.data, results])
}
