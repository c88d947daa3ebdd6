/** How long a statement of the query pane may take, for each data source. */
export const querySessions = {
  version: 6,
  name: 'query-sessions',
  sql: `
ALTER TABLE data_sources ADD COLUMN statement_timeout_ms INTEGER;                 -- NULL: as long as it takes
`,
} as const
