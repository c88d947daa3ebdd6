import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { AssetKind, type DataAsset } from '#shared/model/data-asset.ts'
import type { AssetFilter } from './asset-filter.ts'

/** By data source, schema and kind; each only where there is more than one to choose from. */
export function AssetFilters({ assets, filter, onChange }: AssetFiltersProps) {
  const sources = useMemo(() => new Map(assets.map((asset) => [asset.dataSourceId, asset.dataSourceName])), [assets])
  const schemas = useMemo(() => [...new Set(assets.map(({ schema }) => schema))].filter((schema) => schema !== '').sort(), [assets])
  const kinds = useMemo(() => [...new Set(assets.map(({ kind }) => kind))], [assets])
  return (
    <>
      {(sources.size > 1 || filter.dataSourceId !== null) && (
        <Select
          aria-label="Data source"
          placeholder={`All data sources (${sources.size})`}
          data={[...sources].map(([value, label]) => ({ value, label }))}
          value={filter.dataSourceId}
          onChange={(dataSourceId) => onChange({ ...filter, dataSourceId })}
          searchable
          clearable
          w={160}
        />
      )}
      {(schemas.length > 1 || filter.schema !== null) && (
        <Select
          aria-label="Schema"
          placeholder={`All schemas (${schemas.length})`}
          data={schemas}
          value={filter.schema}
          onChange={(schema) => onChange({ ...filter, schema })}
          searchable
          clearable
          w={170}
        />
      )}
      {(kinds.length > 1 || filter.kind !== null) && (
        <Select
          aria-label="Kind"
          placeholder="All kinds"
          data={kinds}
          value={filter.kind}
          onChange={(kind) => onChange({ ...filter, kind: kind === null ? null : AssetKind.parse(kind) })}
          clearable
          w={170}
        />
      )}
    </>
  )
}

interface AssetFiltersProps {
  readonly assets: readonly DataAsset[]
  readonly filter: AssetFilter
  readonly onChange: (filter: AssetFilter) => void
}
