import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queries } from '#api/client.ts'
import type { Route } from '#api/route.ts'

/** `orders · Data asset · Plumbline`: of ten tabs and of the browser's history, each tells what it shows. `screen`: which screen it is. */
export function useWindowTitle(route: Route, screen: string): void {
  const name = useNameOf(route)
  useEffect(() => {
    document.title = [...(name === null ? [] : [name]), screen, 'Plumbline'].join(' · ')
  }, [name, screen])
}

/** The name of what the address is of, from the answer that the screen itself asks for. null: it is of nothing, or not known yet. */
function useNameOf(route: Route): string | null {
  const idOn = (page: 'asset' | 'run' | 'data-source') => (route.page === page ? route.id : null)
  const [assetId, runId, dataSourceId] = [idOn('asset'), idOn('run'), idOn('data-source')]
  const asset = useQuery({
    ...queries.assets.get.queryOptions({ input: { id: assetId ?? '' } }),
    enabled: assetId !== null,
    select: ({ name }) => name,
  })
  const run = useQuery({
    ...queries.validations.get.queryOptions({ input: { id: runId ?? '' } }),
    enabled: runId !== null,
    select: ({ summary }) => summary.assetName,
  })
  const dataSource = useQuery({
    ...queries.dataSources.get.queryOptions({ input: { id: dataSourceId ?? '' } }),
    enabled: dataSourceId !== null,
    select: ({ name }) => name,
  })
  if (assetId !== null) return asset.data ?? null
  if (runId !== null) return run.data ?? null
  return dataSourceId === null ? null : (dataSource.data ?? null)
}
