/** Values that the expectations of an asset name instead of holding them. */
export const suiteParameters = {
  version: 7,
  name: 'suite-parameters',
  sql: `
ALTER TABLE data_assets ADD COLUMN suite_parameters TEXT;                         -- JSON object by name; NULL: none
`,
} as const
