import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import type { CompletionColumns, CompletionRelation } from '#shared/model/completion.ts'
import { completionSource, type EditorCatalog } from '#ui/sql-editor/completion.ts'

/** What the editor offers, from a catalog of a small shop. */

const asked: string[] = []

const tables: readonly CompletionColumns[] = [
  table('public', 'customers', ['id integer', 'name text', 'Born date']),
  {
    ...table('public', 'orders', ['id integer', 'customer_id integer', 'amount numeric']),
    references: [{ columns: ['customer_id'], schema: 'public', name: 'customers', theirColumns: ['id'] }],
  },
  table('public', 'Order', ['id integer']),
  table('sales', 'orders_2024', ['id integer', 'region text']),
]

const catalog: EditorCatalog = {
  prepare: () => Promise.resolve(),
  words: () => ({
    schemas: ['public', 'sales', 'Odd one'],
    searchPath: ['public'],
    functions: [
      { schema: null, name: 'upper', signature: '(text) → text' },
      { schema: null, name: 'now', signature: '() → timestamp with time zone' },
      { schema: 'sales', name: 'total', signature: '(integer) → numeric' },
    ],
    types: ['integer', 'sales.region'],
  }),
  relations: () => tables.map(({ schema, name }) => ({ schema, name, kind: 'table' })),
  columns: (schema, name) => {
    asked.push(name)
    return Promise.resolve(tables.find((known) => known.name === name && known.schema === (schema ?? 'public')) ?? null)
  },
}

test.each<[string, readonly string[]]>([
  ['SELECT * FROM o|', ['orders', '"Order"', 'sales.orders_2024']],
  ['SELECT * FROM sales.|', ['orders_2024', 'total()']],
  ['SELECT o.| FROM orders o', ['id', 'customer_id', 'amount']],
  ['SELECT c.| FROM customers c', ['id', 'name', '"Born"']],
  ['SELECT orders.|', ['id', 'customer_id', 'amount']],
  ['SELECT * FROM "Ord|', ['Order"']],
  ['INSERT INTO orders (id, |', ['customer_id', 'amount']],
  ['UPDATE sales.orders_2024 SET r|', ['region']],
  ['SELECT * FROM orders o JOIN customers c ON |', ['o.customer_id = c.id']],
  ['SELECT * FROM customers c JOIN orders o ON |', ['o.customer_id = c.id']],
  ['SELECT * FROM orders a JOIN orders b USING (|', ['id', 'customer_id', 'amount']],
  ['SELECT i| FROM orders o JOIN customers c ON true', ['o.id', 'c.id']],
  ['WITH big AS (SELECT id, amount AS much FROM orders) SELECT m| FROM big', ['much']],
  ['WITH big AS (SELECT * FROM orders) SELECT b.| FROM big b', ['id', 'customer_id', 'amount']],
  ['SELECT up|', ['upper()']],
  ['SELECT 1::s|', ['sales.region']],
  ['SEL|', ['SELECT']],
  ['SELECT * FROM orders wh|', ['WHERE']],
])('%s offers %j', async (marked, expected) => {
  expect(await offered(marked)).toEqual(expect.arrayContaining([...expected]))
})

test.each([["SELECT 'o|"], ['-- FROM o|'], ['SELECT * FROM orders o|'], ['SELECT |'], ['SELECT x AS o|']])(
  'nothing comes by itself for %s',
  async (marked) => {
    expect(await offered(marked, false)).toEqual([])
  },
)

test('columns are asked for of the tables in reach alone', async () => {
  asked.length = 0
  await offered('SELECT a| FROM orders')
  expect([...new Set(asked)]).toEqual(['orders'])
})

test('a column in quotes is closed once, and twenty thousand tables give a short list', async () => {
  expect(await applied('SELECT "Bo|" FROM customers', 'Born')).toBe('SELECT "Born" FROM customers')
  const many: CompletionRelation[] = Array.from({ length: 20_000 }, (_, index) => ({
    schema: 'public',
    name: `part_${index}`,
    kind: 'table',
  }))
  const state = EditorState.create({ doc: 'SELECT * FROM p1999' })
  const result = await completionSource(() => ({ ...catalog, relations: () => many }))(new CompletionContext(state, 19, false))
  expect(result?.options.length).toBeLessThan(600)
  expect(result?.options.map(({ label }) => label)).toContain('part_1999')
  expect(result?.validFor, 'the next letter asks again').toBeUndefined()
})

async function offered(marked: string, explicit = true): Promise<readonly string[]> {
  const result = await resultAt(marked, explicit)
  const typed = result === null ? '' : marked.slice(result.from, marked.indexOf('|')).toLowerCase()
  const fitting = (result?.options ?? []).filter(({ label }) => [...typed].every((letter) => label.toLowerCase().includes(letter)))
  return await Promise.all(
    fitting.map(async ({ label, apply }) =>
      typeof apply === 'string' ? apply : apply === undefined ? label : inserted(marked, await applied(marked, label)),
    ),
  )
}

async function resultAt(marked: string, explicit: boolean) {
  const { state, caret } = stateOf(marked)
  return await completionSource(() => catalog)(new CompletionContext(state, caret, explicit))
}

/** The text once the option with this label was taken. */
async function applied(marked: string, label: string): Promise<string> {
  const { state, caret } = stateOf(marked)
  const result = await resultAt(marked, true)
  const option = result?.options.find((known) => known.label === label)
  if (typeof option?.apply !== 'function') throw new Error(`Nothing to take: ${label}`)
  let after = ''
  const dispatch = (spec: object) => {
    after = state.update(spec).state.doc.toString()
  }
  const view = { state, dispatch }
  // biome-ignore lint/suspicious/noExplicitAny: a view needs a document, and of it only these two are used
  option.apply(view as any, option, result?.from ?? 0, caret)
  return after
}

function inserted(marked: string, after: string): string {
  const from = /[\w"]*\|/.exec(marked)?.index ?? 0
  const start = marked[from] === '"' ? from + 1 : from
  return after.slice(start, after.length - (marked.length - marked.indexOf('|') - 1))
}

function stateOf(marked: string) {
  const caret = marked.indexOf('|')
  return { caret, state: EditorState.create({ doc: marked.replace('|', '') }) }
}

function table(schema: string, name: string, columns: readonly string[]): CompletionColumns {
  return {
    schema,
    name,
    references: [],
    columns: columns.map((column) => ({ name: column.split(' ')[0] ?? '', type: column.split(' ')[1] ?? '' })),
  }
}

test('the names are read from the first letter on, waited for where one may stand, and not for a key word', async () => {
  const first = Promise.withResolvers<void>()
  let wakened = 0
  let read = false
  const late: EditorCatalog = {
    ...catalog,
    prepare: () => {
      wakened += 1
      return first.promise
    },
    relations: () => (read ? catalog.relations() : []),
  }
  const source = completionSource(() => late)
  const at = (text: string) => source(new CompletionContext(EditorState.create({ doc: text }), text.length, false))
  expect((await at('SEL'))?.options.map(({ label }) => label)).toContain('SELECT')
  expect(wakened).toBe(1)
  const asked = at('SELECT * FROM o')
  read = true
  first.resolve()
  expect((await asked)?.options.map(({ label }) => label)).toContain('orders')
})

test.each([
  ['SEL', false],
  ['SELECT * FROM o', true],
  ['SELECT * FROM sales.', true],
  ['WITH mine AS (SELECT 1) SELECT * FROM m', false],
  ['SELECT * FROM orders WHERE i', false],
])('of a server that takes its time, %j waits for names without end: %s', async (text, namesAlone) => {
  const asked: boolean[] = []
  const noting: EditorCatalog = {
    ...catalog,
    prepare: (wanted) => {
      asked.push(wanted)
      return Promise.resolve()
    },
  }
  await completionSource(() => noting)(new CompletionContext(EditorState.create({ doc: text }), text.length, false))
  expect(asked).toEqual([namesAlone])
})
