import { z } from 'zod'
import { ExplainOptions, SessionOptions } from './query.ts'
import { LockAfterMinutes, SecretMode } from './secret.ts'

/** Where secrets go on this computer. Of the keychain it is found out by trying (a write, a read and a delete), never by asking a version. */
export const VaultStatus = z.object({
  /** Where a secret that is saved now goes. `session-only` also where the keychain was chosen and does not work: `sentence` says so. */
  mode: SecretMode,
  /** What the person chose. */
  chosen: SecretMode,
  /** How the last try of the keychain ended, whatever was chosen. */
  probe: z.enum(['ok', 'absent', 'no-bus', 'no-service', 'locked', 'denied', 'damaged', 'timeout', 'mismatch', 'not-probed']),
  /** The passphrase vault, whether it was chosen or not: it may hold secrets from before. */
  vault: z.enum(['none', 'locked', 'unlocked']),
  lockAfterMinutes: LockAfterMinutes,
  /** For a person: what this means. */
  sentence: z.string(),
  /** What would mend it; null when there is nothing to mend. */
  remedy: z.string().nullable(),
})
export type VaultStatus = z.infer<typeof VaultStatus>

export const AppInfo = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'web', 'cli']),
  platform: z.string(),
  nodeVersion: z.string(),
  dataFolder: z.string(),
  vault: VaultStatus,
  /** Sentences that a person must read after this start, for example where a damaged data file was moved to. Mostly empty. */
  notices: z.array(z.string()),
})
export type AppInfo = z.infer<typeof AppInfo>

/** How the columns of a result stand, for each result with the same names and types in the same order. */
export const GridLayout = z.object({
  /** Those that are shown, by their places in the result. */
  order: z.array(z.int().min(0)).max(2_000),
  /** So many of them stay in sight at the left. */
  pinned: z.int().min(0),
  /** Pixels that a person gave, by place in the result. */
  widths: z.record(z.string(), z.number()),
})
export type GridLayout = z.infer<typeof GridLayout>

/** The tabs of the query pane that stand side by side, and which there were: what came since is shown first. */
export const QueryPair = z.object({ left: z.uuid(), right: z.uuid(), tabs: z.array(z.uuid()).max(1_000) })
export type QueryPair = z.infer<typeof QueryPair>

/** Looks and remembered sizes; nothing that would be missed if it were lost. */
export const Preferences = z.object({
  colorScheme: z.enum(['light', 'dark', 'auto']),
  railCollapsed: z.boolean(),
  /** Sizes of split panes by name, in percent. */
  paneSizes: z.record(z.string(), z.array(z.number())),
  currentDataSourceId: z.uuid().nullable(),
  /** How the Expectations tab of an asset groups them. */
  expectationsBy: z.enum(['column', 'issue']),
  /** Results of older runs go, but the last ten of each data asset. null: none goes. */
  keepResultsDays: z.int().min(1).max(36_500).nullable(),
  /** How the query pane runs scripts. Autocommit is the tab's own. */
  queryOptions: SessionOptions.pick({ rollbackOnError: true, oneTransaction: true, afterError: true, isolation: true }),
  /** `parameters`: `:name` and `$1` in a text are asked for before it runs. */
  queryEditor: z.strictObject({ parameters: z.boolean(), explain: ExplainOptions }),
  /** By a short form of the names and types; the newest last, and the oldest go. */
  gridLayouts: z.record(z.string(), GridLayout),
  /** null: one tab stands alone. */
  queryPair: QueryPair.nullable(),
})
export type Preferences = z.infer<typeof Preferences>

export const defaultPreferences: Preferences = {
  colorScheme: 'auto',
  railCollapsed: false,
  paneSizes: {},
  currentDataSourceId: null,
  expectationsBy: 'issue',
  keepResultsDays: null,
  queryOptions: { rollbackOnError: false, oneTransaction: false, afterError: 'stop', isolation: 'default' },
  queryEditor: {
    parameters: true,
    explain: {
      buffers: true,
      costs: true,
      genericPlan: false,
      memory: false,
      serialize: 'none',
      settings: false,
      summary: true,
      timing: true,
      verbose: false,
      wal: false,
    },
  },
  gridLayouts: {},
  queryPair: null,
}

/**
 * What has changed, so that a window asks again. `batches`: how the rows of an asset are cut, or which they are. `servers`: where a
 * data source connects to. `page`: its own files, in development, or everything, after a restore; it loads itself anew.
 */
export const ChangeTopic = z.enum([
  'data-sources',
  'servers',
  'assets',
  'batches',
  'expectations',
  'runs',
  'sample',
  'vault',
  'history',
  'macros',
  'preferences',
  'profiles',
  'page',
])
export type ChangeTopic = z.infer<typeof ChangeTopic>

export const changeTopics: readonly ChangeTopic[] = ChangeTopic.options
