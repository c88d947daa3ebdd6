import type { GeneratedKind } from '#shared/model/data-asset.ts'

/** The kinds of expectations that can be made for new assets, in words. All have the severity warning. */
export const generatedWords: Readonly<Record<GeneratedKind, { readonly title: string; readonly short: string; readonly means: string }>> = {
  'column-changes': {
    title: 'Column changes',
    short: 'column changes',
    means: 'Fails when a column is added, dropped or renamed. A changed type is not noticed by it.',
  },
  volume: {
    title: 'Volume',
    short: 'volume',
    means: 'Fails when there are not more rows than in the run before. The first run passes. For tables that only grow.',
  },
  completeness: {
    title: 'Completeness',
    short: 'completeness',
    means:
      'One for each column: full ones stay full, empty ones empty, others near the mean of the last five runs. Each table is read once to count.',
  },
  'column-types': {
    title: 'Column types',
    short: 'column types',
    means: 'Fails when a column has another type, length or precision than now. Beyond what GX makes.',
  },
}
