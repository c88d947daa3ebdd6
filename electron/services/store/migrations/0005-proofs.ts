/** Which constraint proved a result, where nothing had to be measured for it. */
export const proofs = {
  version: 5,
  name: 'proofs',
  sql: `
ALTER TABLE expectation_results ADD COLUMN proved_by TEXT;                        -- name of the constraint; NULL: it was measured
`,
} as const
