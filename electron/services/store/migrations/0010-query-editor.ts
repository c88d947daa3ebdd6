/** Macros of the query pane; what the entries of its history came from, and those that were removed and can still be brought back. */
export const queryEditor = {
  version: 10,
  name: 'query-editor',
  sql: `
CREATE TABLE query_macros (
  id       TEXT PRIMARY KEY NOT NULL,
  name     TEXT NOT NULL,
  sql      TEXT NOT NULL,
  shortcut TEXT UNIQUE,                                  -- as shared/model/query-macro.ts names it; NULL: none
  made_at  TEXT NOT NULL
) STRICT;
ALTER TABLE query_history ADD COLUMN source TEXT NOT NULL DEFAULT 'execute';
ALTER TABLE query_history ADD COLUMN removed_at TEXT;    -- NULL: it is shown
`,
} as const
