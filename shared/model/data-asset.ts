import { z } from 'zod'
import { BatchDefinition } from './batch.ts'
import { RelationKind } from './data-source.ts'
import { RunSummary } from './run.ts'

export const AssetKind = z.enum([...RelationKind.options, 'query'])
export type AssetKind = z.infer<typeof AssetKind>

/** A relation of a data source, or a query over it, taken in to be watched. */
export const DataAsset = z.object({
  id: z.uuid(),
  dataSourceId: z.uuid(),
  dataSourceName: z.string(),
  name: z.string(),
  kind: AssetKind,
  /** '' with a query. */
  schema: z.string(),
  /** With a query, the name of the asset. */
  relation: z.string(),
  /** One SELECT of the user's own; null: the relation is the asset. */
  query: z.string().nullable(),
  comment: z.string().nullable(),
  batches: BatchDefinition,
  expectationCount: z.int(),
  lastRun: RunSummary.nullable(),
  /** The newest that is not under way and that nobody stopped: what is known of the data. null: there is none. */
  lastSettledRun: RunSummary.nullable(),
  createdAt: z.iso.datetime(),
})
export type DataAsset = z.infer<typeof DataAsset>

/** `sales.orders`; of a query, that it is one. */
export function relationText({ schema, relation, kind }: Pick<DataAsset, 'schema' | 'relation' | 'kind'>): string {
  return kind === 'query' ? 'a query' : `${schema}.${relation}`
}

export const QueryAssetInput = z.object({ name: z.string().max(200), query: z.string().max(100_000) })
export type QueryAssetInput = z.infer<typeof QueryAssetInput>

export const RelationName = z.object({ schema: z.string(), name: z.string() })
export type RelationName = z.infer<typeof RelationName>

/** What "Generate Expectations that detect …" offers. */
export const GeneratedKind = z.enum(['column-changes', 'volume', 'completeness', 'column-types'])
export type GeneratedKind = z.infer<typeof GeneratedKind>

/** What "Add x Asset(s)" did for each relation asked for. */
export const AddedAssets = z.object({
  added: z.array(z.object({ schema: z.string(), name: z.string(), assetId: z.uuid() })),
  failed: z.array(z.object({ schema: z.string(), name: z.string(), sentence: z.string() })),
  /** Added, but what its expectations need could not be measured, so that some were not made. */
  unmeasured: z.array(z.object({ schema: z.string(), name: z.string(), sentence: z.string() })),
  /** true: stopped by the person; what is in `added` stays. */
  cancelled: z.boolean(),
})
export type AddedAssets = z.infer<typeof AddedAssets>

/** Figures of one column, measured on demand ("Profile Data"). Values are PostgreSQL's own text. */
export const ColumnProfile = z.object({
  name: z.string(),
  type: z.string(),
  category: z.string(),
  nullCount: z.number(),
  /** 0 to 100; null for an empty table. */
  nullPercent: z.number().nullable(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.string().nullable(),
  median: z.string().nullable(),
  /** Up to 20 values with their counts, most frequent first, when the column has few distinct ones; else null. */
  topValues: z.array(z.object({ value: z.string(), count: z.number() })).nullable(),
})
export type ColumnProfile = z.infer<typeof ColumnProfile>

export const AssetProfile = z.object({
  assetId: z.uuid(),
  measuredAt: z.iso.datetime(),
  rowCount: z.number(),
  columns: z.array(ColumnProfile),
  /** Columns that could not be measured, and why. */
  problems: z.array(z.object({ column: z.string(), sentence: z.string() })),
})
export type AssetProfile = z.infer<typeof AssetProfile>
