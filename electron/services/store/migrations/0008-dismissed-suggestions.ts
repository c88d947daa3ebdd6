/** Suggestions that a person does not want to see again. */
export const dismissedSuggestions = {
  version: 8,
  name: 'dismissed-suggestions',
  sql: `
CREATE TABLE dismissed_suggestions (
  asset_id TEXT NOT NULL REFERENCES data_assets (id) ON DELETE CASCADE,
  subject  TEXT NOT NULL,                                                        -- JSON: type, columns, row condition
  PRIMARY KEY (asset_id, subject)
) STRICT, WITHOUT ROWID;
`,
} as const
