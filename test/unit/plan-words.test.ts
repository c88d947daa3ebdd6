import { expect, test } from 'vitest'
import { flameOf } from '#features/query/plan/plan-flame.tsx'
import { buffersText, estimateText, figureText, planSentence, rowsText } from '#features/query/plan/plan-words.ts'
import { costliest, parsePlan } from '#shared/postgres/query-plan.ts'

/** What the views of a plan say. */

const json = JSON.stringify([
  {
    Plan: {
      'Node Type': 'Nested Loop',
      'Join Type': 'Inner',
      'Startup Cost': 0,
      'Total Cost': 100,
      'Plan Rows': 10,
      'Plan Width': 8,
      'Actual Total Time': 100,
      'Actual Rows': 500,
      'Actual Loops': 1,
      'Shared Hit Blocks': 256,
      'Shared Read Blocks': 1,
      Plans: [
        {
          'Node Type': 'Seq Scan',
          'Relation Name': 'a',
          Alias: 'x',
          'Total Cost': 40,
          'Plan Rows': 2,
          'Actual Total Time': 5,
          'Actual Rows': 5,
          'Actual Loops': 1,
        },
        {
          'Node Type': 'Index Scan',
          'Index Name': 'b_pkey',
          'Relation Name': 'b',
          Alias: 'b',
          'Total Cost': 2,
          'Plan Rows': 1,
          'Actual Total Time': 18,
          'Actual Rows': 100,
          'Actual Loops': 5,
        },
        {
          'Node Type': 'Seq Scan',
          'Relation Name': 'c',
          Alias: 'c',
          'Total Cost': 2,
          'Plan Rows': 1,
          'Actual Total Time': 0,
          'Actual Rows': 0,
          'Actual Loops': 0,
        },
      ],
    },
    'Planning Time': 0.5,
    'Execution Time': 101,
  },
])

const plan = parsePlan(json)
if (plan === null) throw new Error('no plan')
const [join, scan, index, never] = plan.nodes

test('the sentence names the node that costs most and the worst estimate', () => {
  expect(planSentence(plan, costliest(plan))).toBe(
    'Executed in 101 ms, planned in 0.500 ms. 90 % of the time goes to Index Scan using b_pkey on b. Index Scan using b_pkey on b gave 100 × more rows than the planner expected.',
  )
})

test('a wrong estimate is told of where it begins, not of what it is carried up to', () => {
  const node = (type: string, rows: number, Plans: readonly object[] = []) => ({
    'Node Type': type,
    'Total Cost': 1,
    'Plan Rows': 350,
    'Actual Total Time': 1,
    'Actual Rows': rows,
    'Actual Loops': 1,
    Plans,
  })
  const carried = parsePlan(
    JSON.stringify([{ Plan: node('Sort', 35_000, [node('Hash Join', 35_000, [node('Seq Scan', 35_000), node('Hash', 350)])]) }]),
  )
  expect(carried === null ? '' : planSentence(carried, null)).toContain('Seq Scan gave 100 × more rows')
})

test('rows are of all loops, estimates of one; what never ran says so', () => {
  if (join === undefined || scan === undefined || index === undefined || never === undefined) throw new Error('no nodes')
  expect([rowsText(index), estimateText(index)]).toEqual(['500', { text: '100 × more', heat: 1 }])
  expect(estimateText(scan)).toEqual({ text: '2.5 × more', heat: 0 })
  expect([figureText(never.inclusive, 'ms'), estimateText(never)]).toEqual(['never ran', null])
  expect([join.exclusive, scan.title]).toEqual([5, 'Seq Scan on a x'])
  expect([buffersText(join), buffersText(scan)]).toEqual(['2 MB from the cache, 8 kB read', null])
})

test('in the flame children stand under their parent, side by side', () => {
  const bars = flameOf(plan)
  expect(bars.map(({ node, from, to }) => [node.type, Number(from.toFixed(2)), Number(to.toFixed(2))])).toEqual([
    ['Nested Loop', 0, 1],
    ['Seq Scan', 0, 0.05],
    ['Index Scan', 0.05, 0.95],
  ])
})
