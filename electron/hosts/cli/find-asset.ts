import { invalid } from '#shared/contract/errors.ts'
import { type DataAsset, relationText } from '#shared/model/data-asset.ts'

/**
 * The asset that a name means: its own name, `schema.relation`, or either of them behind `data source/`. Throws AppError
 * with a sentence when there is none, or more than one.
 */
export function findAsset(assets: readonly DataAsset[], wanted: string): DataAsset {
  const found = assets.filter((asset) => namesOf(asset).includes(wanted))
  const [only, ...others] = found
  if (only === undefined) throw invalid(`There is no data asset "${wanted}". See plumbline list.`)
  if (others.length === 0) return only
  const choices = found.map((asset) => `  ${fullName(asset)}`).join('\n')
  throw invalid(`"${wanted}" means ${found.length} data assets. Say which one:\n${choices}`)
}

/** Means one asset, whatever others are called. */
function fullName(asset: DataAsset): string {
  return `${asset.dataSourceName}/${asset.kind === 'query' ? asset.name : relationText(asset)}`
}

function namesOf(asset: DataAsset): readonly string[] {
  const relation = asset.kind === 'query' ? asset.name : relationText(asset)
  return [asset.name, relation, `${asset.dataSourceName}/${asset.name}`, fullName(asset)]
}
