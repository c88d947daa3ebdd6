import { describe, expect, test } from 'vitest'
import { everything, filterRelations, type RelationFilter, remarkOn, toggled, withAll } from '#features/setup/relation-filter.ts'
import type { Relation } from '#shared/model/data-source.ts'

function relation(schema: string, name: string, over: Partial<Relation> = {}): Relation {
  return {
    oid: 1,
    schema,
    name,
    kind: 'table',
    estimatedRows: null,
    sizeBytes: null,
    comment: null,
    columnCount: 1,
    readable: true,
    rowSecurity: false,
    isPartition: false,
    assetId: null,
    ...over,
  }
}

const orders = relation('sales', 'Orders', { comment: 'What customers bought' })
const events = relation('sales', 'events', { kind: 'partitioned table' })
const january = relation('sales', 'events_2026_01', { isPartition: true })
const active = relation('crm', 'active_customers', { kind: 'view' })
const secret = relation('crm', 'salaries', { readable: false })
const taken = relation('crm', 'customers', { assetId: '0b9f6a53-5f0c-4a58-9d2d-6f3f6f0d6a11' })
const all = [orders, events, january, active, secret, taken]

describe('Select tables', () => {
  test.each<[string, Partial<RelationFilter>, readonly Relation[]]>([
    ['hides partitions', {}, [orders, events, active, secret, taken]],
    ['shows partitions on demand', { partitions: true }, all],
    ['finds a name in any case', { search: 'ORDERS' }, [orders]],
    ['finds words in any order, in schema and name', { search: 'customers crm' }, [active, taken]],
    ['finds a word of a comment', { search: 'bought' }, [orders]],
    ['keeps to a schema', { schema: 'crm' }, [active, secret, taken]],
    ['keeps to a kind', { kind: 'view' }, [active]],
    ['shows nothing when nothing fits', { search: 'nowhere' }, []],
  ])('%s', (_, filter, expected) => {
    expect(filterRelations(all, { ...everything, ...filter })).toEqual(expected)
  })

  test('select all takes what is shown and can be selected, and leaves the rest of the selection', () => {
    const before = [{ schema: 'other', name: 'kept' }]
    const taking = withAll(before, [active, secret, taken], true)
    expect(taking).toEqual([...before, { schema: 'crm', name: 'active_customers' }])
    expect(withAll(taking, [active, secret, taken], false)).toEqual(before)
  })

  test('a second click takes a table out again, even where names look alike', () => {
    const [a, b] = [
      { schema: 'a.b', name: 'c' },
      { schema: 'a', name: 'b.c' },
    ]
    expect(toggled(toggled([], a), b)).toEqual([a, b])
    expect(toggled([a, b], a)).toEqual([b])
  })

  test('says why a table cannot be selected', () => {
    expect([taken, secret, relation('crm', 'own', { rowSecurity: true }), orders].map(remarkOn)).toEqual([
      'Added already',
      'No right to read',
      'Row-level security',
      null,
    ])
  })
})
