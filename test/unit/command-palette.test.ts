import { describe, expect, test } from 'vitest'
import { fuzzyScore } from '#app/fuzzy.ts'
import { rankCommands } from '#app/rank-commands.ts'

/** What the command palette finds by what is typed. */

test.each([
  ['orders', 'orders'],
  ['ord', 'Validate orders'],
  ['dark', 'Switch to the dark colour scheme'],
  ['nqt', 'New query tab'],
  ['shcut', 'Keyboard shortcuts'],
  ['val ord', 'Validate orders'],
  ['ord val', 'Validate orders'],
  ['KEYB', 'Keyboard shortcuts'],
  ['größe', 'Validate Größe'],
])('%s fits %s', (query, text) => {
  expect(fuzzyScore(query, text)).not.toBeNull()
})

test.each([
  ['orders', 'customers'],
  ['zz', 'Settings'],
  ['tgs', 'New query tab'],
  ['val xyz', 'Validate orders'],
  // Each letter is there somewhere, and nobody meant this.
  ['hmp', 'Home of the longest map'],
])('%s does not fit %s', (query, text) => {
  expect(fuzzyScore(query, text)).toBeNull()
})

describe('what fits best stands first', () => {
  const action = (label: string, more: { description?: string; keywords?: string } = {}) => ({ id: label, label, ...more })
  const groups = [
    { group: 'Places', actions: [action('Home'), action('Data assets'), action('Settings')] },
    { group: 'Actions', actions: [action('Switch to the dark colour scheme', { keywords: 'toggle theme mode' }), action('New query tab')] },
    { group: 'Data assets', actions: [action('reorder'), action('old orders'), action('orders', { description: 'table in Shop' })] },
    { group: 'Validate', actions: [action('Validate orders'), action('Validate reorder')] },
  ]
  const found = (query: string) =>
    rankCommands(query, groups).map((group) => ('actions' in group ? [group.group, ...group.actions.map(({ label }) => label)] : []))

  test.each([
    [
      'order',
      [
        ['Data assets', 'orders', 'old orders', 'reorder'],
        ['Validate', 'Validate orders', 'Validate reorder'],
      ],
    ],
    ['val ord', [['Validate', 'Validate orders', 'Validate reorder']]],
    ['theme', [['Actions', 'Switch to the dark colour scheme']]],
    ['shop', [['Data assets', 'orders']]],
    ['nothing like it', []],
  ])('for %s', (query, expected) => {
    expect(found(query)).toEqual(expected)
  })

  test('and before anything is typed, all stands as it is', () => {
    expect(rankCommands(' ', groups)).toBe(groups)
  })
})
