import { describe, expect, test } from 'vitest'
import { type ListKey, listMove } from '#features/setup/list-keys.ts'
import { entriesOf, everything, filterEntries, type RelationFilter, remarkOn, withAll } from '#features/setup/relation-filter.ts'
import type { Relation } from '#shared/model/data-source.ts'
import { exampleRelation } from '#test/support/examples.ts'

let lastOid = 0

function relation(schema: string, name: string, over: Partial<Relation> = {}): Relation {
  lastOid += 1
  return exampleRelation({ oid: lastOid, schema, name, ...over })
}

const orders = relation('sales', 'Orders', { comment: 'What customers bought' })
const events = relation('sales', 'events', { kind: 'partitioned table' })
const january = relation('sales', 'events_2026_01', { partitionOf: events.oid })
const active = relation('crm', 'active_customers', { kind: 'view' })
const secret = relation('crm', 'salaries', { readable: false })
const taken = relation('crm', 'customers', { assetId: '0b9f6a53-5f0c-4a58-9d2d-6f3f6f0d6a11' })
const parted = relation('sales', 'events_2025', { kind: 'partitioned table', partitionOf: events.oid })
const deep = relation('old', 'events_2025_12', { partitionOf: parted.oid })
const all = [active, secret, taken, orders, deep, events, parted, january]

const shownOf = (filter: Partial<RelationFilter>, unfolded: readonly Relation[] = []) =>
  filterEntries(entriesOf(all), { ...everything, ...filter }, new Set(unfolded.map(({ oid }) => oid))).map(({ relation }) => relation.name)

describe('Select tables', () => {
  const whole = ['active_customers', 'salaries', 'customers', 'Orders', 'events']

  test.each<[string, Partial<RelationFilter>, readonly string[]]>([
    ['folds partitions into their table', {}, whole],
    ['finds a name in any case', { search: 'ORDERS' }, ['Orders']],
    ['finds words in any order, in schema and name', { search: 'customers crm' }, ['active_customers', 'customers']],
    ['finds a word of a comment', { search: 'bought' }, ['Orders']],
    ['keeps partitions folded where their table is found', { search: 'events' }, ['events']],
    ['shows a partition that is found where its table is not', { search: '2026_01' }, ['events_2026_01']],
    ['shows the partitions of a schema that their table is not in', { schema: 'old' }, ['events_2025_12']],
    ['keeps to a schema', { schema: 'crm' }, ['active_customers', 'salaries', 'customers']],
    ['keeps to a kind', { kind: 'view' }, ['active_customers']],
    ['does not take partitions for tables', { kind: 'table', schema: 'sales' }, ['Orders']],
    ['shows nothing when nothing fits', { search: 'nowhere' }, []],
  ])('%s', (_, filter, expected) => {
    expect(shownOf(filter)).toEqual(expected)
  })

  test('unfolded, partitions stand behind their table, one level at a time', () => {
    expect(shownOf({}, [events])).toEqual([...whole, 'events_2025', 'events_2026_01'])
    expect(shownOf({}, [events, parted])).toEqual([...whole, 'events_2025', 'events_2025_12', 'events_2026_01'])
    expect(entriesOf(all).map(({ relation, partitions, within }) => [relation.name, partitions, within.length])).toEqual([
      ['active_customers', 0, 0],
      ['salaries', 0, 0],
      ['customers', 0, 0],
      ['Orders', 0, 0],
      ['events', 3, 0],
      ['events_2025', 1, 1],
      ['events_2025_12', 0, 2],
      ['events_2026_01', 0, 1],
    ])
  })

  test('a partition whose table is not in the list stands by itself', () => {
    expect(entriesOf([january]).map(({ key, within }) => [key, within])).toEqual([['["sales","events_2026_01"]', []]])
  })

  test('select all takes what is shown and can be selected, and leaves the rest of the selection', () => {
    const before = [{ schema: 'other', name: 'kept' }]
    const shown = entriesOf([active, secret, taken])
    const taking = withAll(before, shown, true)
    expect(taking).toEqual([...before, { schema: 'crm', name: 'active_customers' }])
    expect(withAll(taking, shown, false)).toEqual(before)
  })

  test('names that look alike with their schema stay apart', () => {
    const [a, b] = entriesOf([relation('a.b', 'c'), relation('a', 'b.c')])
    if (a === undefined || b === undefined) throw new Error('two entries')
    const both = withAll(withAll([], [a], true), [b], true)
    expect(both).toEqual([
      { schema: 'a.b', name: 'c' },
      { schema: 'a', name: 'b.c' },
    ])
    expect(withAll(both, [a], false)).toEqual([{ schema: 'a', name: 'b.c' }])
  })

  test('says why a table cannot be selected', () => {
    expect([taken, secret, relation('crm', 'own', { rowSecurity: true }), orders].map(remarkOn)).toEqual([
      'Added already',
      'Cannot read',
      'Row-level security',
      null,
    ])
  })

  test.each<[string, Partial<ListKey> & { key: string }, ReturnType<typeof listMove>]>([
    ['an arrow moves', { key: 'ArrowDown' }, { kind: 'move', to: 6, range: false }],
    ['not past the end', { key: 'PageDown' }, { kind: 'move', to: 9, range: false }],
    ['not before the beginning', { key: 'PageUp' }, { kind: 'move', to: 0, range: false }],
    ['with Shift it takes what it passes', { key: 'ArrowUp', shiftKey: true }, { kind: 'move', to: 4, range: true }],
    ['Control, Shift and End take all to the end', { key: 'End', shiftKey: true, ctrlKey: true }, { kind: 'move', to: 9, range: true }],
    ['Space selects', { key: ' ' }, { kind: 'toggle' }],
    ['Shift and Space take a range', { key: ' ', shiftKey: true }, { kind: 'range' }],
    ['Control and A select all', { key: 'a', ctrlKey: true }, { kind: 'all' }],
    ['so do Command and A', { key: 'a', metaKey: true }, { kind: 'all' }],
    ['right unfolds', { key: 'ArrowRight' }, { kind: 'unfold' }],
    ['left folds', { key: 'ArrowLeft' }, { kind: 'fold' }],
    ['Enter goes on', { key: 'Enter' }, { kind: 'submit' }],
    ['Alt belongs to the browser', { key: 'ArrowLeft', altKey: true }, null],
    ['Tab leaves the list', { key: 'Tab' }, null],
  ])('%s', (_, key, expected) => {
    expect(listMove({ shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...key }, 5, 10, 8)).toEqual(expected)
  })
})
