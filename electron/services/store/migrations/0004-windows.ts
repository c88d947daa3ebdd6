/** Bounds that follow earlier runs, and the way to what an expectation saw in them. */
export const windows = {
  version: 4,
  name: 'windows',
  sql: `
ALTER TABLE expectations ADD COLUMN windows TEXT;                                 -- JSON; NULL: its bounds are fixed
CREATE INDEX expectation_results_expectation ON expectation_results (expectation_id);
`,
} as const
