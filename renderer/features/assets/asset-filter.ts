import type { AssetKind, DataAsset } from '#shared/model/data-asset.ts'

/** Which data assets the list shows, and which of them are picked. Pure. */

export interface AssetFilter {
  /** Id; null: all. So for the others. */
  readonly dataSourceId: string | null
  /** '' is the one of queries, which have none. */
  readonly schema: string | null
  readonly kind: AssetKind | null
}

export const allAssets: AssetFilter = { dataSourceId: null, schema: null, kind: null }

export function filterAssets(assets: readonly DataAsset[], { dataSourceId, schema, kind }: AssetFilter): readonly DataAsset[] {
  return assets.filter(
    (asset) =>
      (dataSourceId === null || asset.dataSourceId === dataSourceId) &&
      (schema === null || asset.schema === schema) &&
      (kind === null || asset.kind === kind),
  )
}

/** From the one to the other, both included, in the order of `shown`. Without the first, only the other. */
export function between(shown: readonly DataAsset[], from: string | null, to: string): readonly DataAsset[] {
  const end = shown.findIndex(({ id }) => id === to)
  const found = shown.findIndex(({ id }) => id === from)
  const start = found === -1 ? end : found
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1)
}

export function withAssets(picked: ReadonlySet<string>, assets: readonly DataAsset[], on: boolean): ReadonlySet<string> {
  const next = new Set(picked)
  for (const { id } of assets) {
    if (on) next.add(id)
    else next.delete(id)
  }
  return next
}
