/** What a data source knows of its certificates, its role and its proof, and an asset of its query and its batches. */
export const connect = {
  version: 2,
  name: 'connect',
  sql: `
ALTER TABLE data_sources ADD COLUMN client_certificate_pem TEXT;                  -- its key is in the vault, as a secret of its own
ALTER TABLE data_sources ADD COLUMN client_key_saved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE data_sources ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;         -- the query pane may not write
ALTER TABLE data_sources ADD COLUMN role_undo_script TEXT;                        -- takes back what the role script gave; without a password
ALTER TABLE data_sources ADD COLUMN role_proof TEXT;                              -- JSON; NULL: never proven
ALTER TABLE data_sources ADD COLUMN role_proven_at TEXT;
ALTER TABLE data_assets ADD COLUMN query_sql TEXT;                                -- of a query asset, whose schema_name is ''
ALTER TABLE data_assets ADD COLUMN batch_interval TEXT NOT NULL DEFAULT 'whole-table'; -- or yearly, monthly, daily
ALTER TABLE data_assets ADD COLUMN batch_column TEXT;                             -- NULL with whole-table
ALTER TABLE runs ADD COLUMN batch TEXT;                                           -- JSON; NULL: the whole table
`,
} as const
