import type { Locator, Page } from '@playwright/test'
import { recordFigure } from '#test/support/figures.ts'
import { attacks, createHostileDatabase, hostile } from '#test/support/hostile-names.ts'
import { callApp, validated } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { go } from './support/go.ts'
import { writeSql } from './support/sql-editor.ts'

/**
 * Every screen, over a database in which every name, value, comment, notice and error is an attack. Each is shown as the
 * text that it is: none becomes an element, none runs, and the page's policy has nothing to stop.
 */

test('text from a database is only text, wherever it is shown', async ({ app, page, openApp, cluster: _, problems }) => {
  test.setTimeout(900_000)
  const database = await createHostileDatabase()
  const witness = await watchFor(page)
  const { see } = witness
  try {
    await openApp()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await wizard(page, database.connectionString, see)
    const { client, close } = await callApp(app)
    const asset = (await client.assets.list({})).find(({ name }) => name === hostile.table)
    const assetId = asset?.id ?? ''
    const expectations = [
      ['expect_column_values_to_be_in_set', { column: attacks.image, value_set: [attacks.vector, attacks.quotes] }],
      ['expect_column_distinct_values_to_be_in_set', { column: attacks.vector, value_set: [attacks.vector] }],
      ['expect_column_values_to_match_regex', { column: attacks.image, regex: attacks.link }],
      ['expect_column_values_to_not_be_null', { column: attacks.quotes, mostly: 0.5 }],
      ['unexpected_rows_expectation', { unexpected_rows_query: `SELECT * FROM {batch} WHERE '${attacks.image}' <> ''` }],
      ['expect_column_values_to_be_in_set', { column: attacks.script, value_set: [attacks.image] }],
    ] as const
    for (const [type, kwargs] of expectations) {
      const input = { type, kwargs, severity: 'critical', description: attacks.image, notes: attacks.vector } as const
      await client.expectations.create({ assetId, input: input as never })
    }
    await validated(client, assetId)
    const input = { type: 'expect_column_value_lengths_to_be_between', kwargs: { column: attacks.image, max_value: 5 } } as const
    await client.expectations.create({ assetId, input: { ...input, severity: 'info', description: null, notes: null } })
    const runId = await validated(client, assetId)
    close()
    await assets(page, assetId, see)
    await runs(page, runId, see)
    await query(page, see)
    await sources(page, see)
  } finally {
    await database.dispose()
  }
  recordFigure('xssSurfaces', witness.visited.length)
  recordFigure('xssExecutions', witness.executions())
  recordFigure('xssPolicyViolations', problems.all.filter((problem) => problem.startsWith('policy')).length)
  expect(witness.executions()).toBe(0)
  expect(witness.dialogs()).toBe(0)
  expect(new Set(witness.visited).size, witness.visited.join(', ')).toBe(witness.visited.length)
  expect(await witness.provesItself()).toBeGreaterThan(0)
})

type See = (surface: string, place: Locator, attack?: string) => Promise<void>

interface Witness {
  /** An attack is to be read there, and nothing on the page came to life. */
  readonly see: See
  readonly visited: readonly string[]
  executions(): number
  dialogs(): number
  /** How often the attacks run where nothing keeps them from it. */
  provesItself(): Promise<number>
}

async function watchFor(page: Page): Promise<Witness> {
  const visited: string[] = []
  let executions = 0
  let dialogs = 0
  await page.exposeBinding('__xss', () => {
    executions += 1
  })
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  return {
    visited,
    see: async (surface, place, attack = attacks.image) => {
      await expect(place.getByText(attack).first(), surface).toBeVisible()
      expect(await alive(page), surface).toEqual([])
      visited.push(surface)
    },
    executions: () => executions,
    dialogs: () => dialogs,
    provesItself: async () => {
      const unguarded = await page.context().newPage()
      let ran = 0
      await unguarded.exposeBinding('__xss', () => {
        ran += 1
      })
      await unguarded.setContent(`<title>x</title>${attacks.image}${attacks.vector}`)
      await expect.poll(() => ran).toBeGreaterThan(0)
      await unguarded.close()
      return ran
    },
  }
}

/** Elements that only an attack makes. */
function alive(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('img[onerror], svg[onload], script:not([src]), [href^="javascript:" i]')].map(
      ({ outerHTML }) => outerHTML,
    ),
  )
}

async function wizard(page: Page, connectionString: string, see: See): Promise<void> {
  await go(page, '#/setup/data-source')
  await page.getByLabel('Data Source name').fill(attacks.image)
  await page.getByLabel('Connection string').fill(`${connectionString}${encodeURIComponent(attacks.image)}`)
  await page.getByLabel('Data Source name').focus()
  await page.getByRole('button', { name: 'Connect' }).click()
  await see('wizard: no such database', page.getByRole('main'), 'x onerror=__xss()>')
  await go(page, '#/setup/data-source')
  await page.getByLabel('Connection string').fill(connectionString)
  await page.getByLabel('Data Source name').focus()
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText(/PostgreSQL 1\d/).first()).toBeVisible()
  await see('wizard: connection', page.getByRole('main'), '"><svg/onload=')
  await page.getByRole('button', { name: 'Continue' }).click()
  await see('wizard: tables', page.getByRole('listbox', { name: 'Tables' }))
  await page.getByRole('checkbox', { name: /^Select all/ }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /^Add \d+ Assets$/ }).click()
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible()
  await see('wizard: done', page.getByRole('main'))
}

async function assets(page: Page, assetId: string, see: See): Promise<void> {
  await go(page, '#/assets')
  await see('assets', page.getByRole('main'))
  await go(page, `#/assets/${assetId}`)
  await see('asset: title', page.getByRole('heading', { level: 1 }), attacks.vector)
  await page.getByRole('button', { name: 'Profile Data' }).first().click()
  await expect(page.getByText(/\d+ rows/).first()).toBeVisible()
  await see('asset: columns', page.getByRole('table').first())
  await go(page, `#/assets/${assetId}/expectations`)
  await see('expectations: list', page.getByRole('main'))
  await page.getByRole('button', { name: 'Add an Expectation' }).first().click()
  const panel = page.getByRole('dialog')
  await panel.getByRole('button', { name: /^Column values to be unique/ }).click()
  await panel.getByRole('combobox', { name: 'Column' }).click()
  await see('expectation form: columns', page.getByRole('listbox'))
  await page.getByRole('option').filter({ hasText: attacks.image }).last().click()
  await see('expectation form: sentence', panel.getByRole('status', { name: 'The sentence this makes' }))
  const preview = panel.getByRole('region', { name: 'On the data as they are now' })
  await preview.getByRole('button', { name: 'Try it on the data' }).click()
  await expect(preview.getByText('Would fail now')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Suggest' }).click()
  await see('suggestions', panel.getByRole('list', { name: 'Suggestions' }))
  await panel.getByRole('button', { name: 'Try all on the data' }).click()
  await expect(panel.getByText(/\d+ of \d+ would pass now\./)).toBeVisible()
  // What turns text around turns no more than itself.
  expect(
    await panel
      .getByText(attacks.turned)
      .first()
      .evaluate((element) => getComputedStyle(element).unicodeBidi),
  ).toBe('isolate')
  await page.keyboard.press('Escape')
  await go(page, `#/assets/${assetId}/validations`)
}

async function runs(page: Page, runId: string, see: See): Promise<void> {
  await go(page, '#/runs')
  await see('runs', page.getByRole('main'), attacks.vector)
  await go(page, '#/')
  await see('home', page.getByRole('main'), attacks.vector)
  await go(page, `#/runs/${runId}`)
  await see('run: results', page.getByRole('main'))
  await page.getByRole('button', { name: 'Show failing rows' }).first().click()
  const panel = page.getByRole('dialog')
  await see('failing rows: query', panel.getByRole('region', { name: 'The query' }))
  await see('failing rows: head', panel.getByRole('columnheader').first().page().getByRole('grid', { name: 'Failing rows' }))
  await page.keyboard.press('Escape')
  await page
    .getByRole('button', { name: /^More about: / })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'History of this expectation' }).click()
  await see('history of an expectation', page.getByRole('dialog', { name: 'History' }))
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Compare with another run' }).click()
  await see('comparison of runs', page.getByRole('dialog', { name: 'Compare two runs' }))
  await page.keyboard.press('Escape')
}

async function query(page: Page, see: See): Promise<void> {
  await go(page, '#/query')
  const tree = page.getByRole('tree')
  const item = (name: string) => page.getByRole('treeitem').filter({ hasText: name })
  await see('query: schemas', tree)
  await item(attacks.image).first().click()
  await page.keyboard.press('ArrowRight')
  await see('query: tables', tree, attacks.vector)
  await item(attacks.vector).first().dblclick()
  await see('query: title of a tab', page.getByRole('tablist', { name: 'Queries' }), attacks.vector)
  const grid = page.getByRole('grid', { name: 'Data output' })
  await see('query: heads of columns', grid.getByRole('columnheader'))
  await expect(grid.locator(`[title*="${attacks.image}"]`).first(), 'words at the pointer').toBeAttached()
  await see('query: types of columns', grid.getByRole('columnheader'), '</script>e')
  await see('query: cells', grid.getByRole('gridcell'))
  await grid.getByRole('gridcell').filter({ hasText: attacks.image }).first().click()
  await page.keyboard.press('Enter')
  await see('query: value', page.getByRole('dialog'))
  await page.keyboard.press('Escape')
  await item(attacks.vector).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy qualified name' }).click()
  await see('notice at the edge', page.getByText(/copied\.$/).locator('..'))
  await item(attacks.vector).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Properties and definition' }).click()
  const panel = page.getByRole('dialog')
  await see('object: comment', panel)
  for (const part of ['Keys and constraints', 'Indexes', 'Triggers', 'Row-level security', 'Grants', 'Definition'])
    await see(`object: ${part}`, panel.getByRole('region', { name: part }), part === 'Grants' ? 'onerror=__xss()' : attacks.image)
  await page.keyboard.press('Escape')
  for (const [kind, attack] of [
    ['Functions', hostile.function],
    ['Sequences', hostile.sequence],
    ['Types', hostile.enumType],
  ] as const) {
    await item(kind).first().click()
    await page.keyboard.press('ArrowRight')
    // They are there; a table has the name of a function, too.
    await expect(item(kind).first()).toHaveText(/\d/)
    await see(`query: ${kind}`, tree, attack)
    await item(attack).last().dblclick()
    await see(`object of ${kind}`, panel)
    await page.keyboard.press('Escape')
  }
  for (const [kind, attack] of [
    ['Roles', 'onerror=__xss()'],
    ['Extensions', attacks.image],
  ] as const) {
    await item(kind).last().click()
    await page.keyboard.press('ArrowRight')
    await see(`query: ${kind}`, tree, attack)
  }
  await page.getByRole('searchbox', { name: 'Search tables and columns' }).fill('svg')
  await see('query: names found', tree, attacks.vector)
  await page.getByRole('searchbox', { name: 'Search tables and columns' }).fill('')

  const editor = page.locator('.cm-content:visible')
  await writeSql(page, editor, `SELECT * FROM "<img src=x onerror=__xss()>".`)
  // Of names that took too long to be read, the next question knows.
  await expect(async () => {
    await page.keyboard.press('Control+Space')
    await expect(page.getByRole('listbox').getByText(attacks.vector).first()).toBeVisible({ timeout: 5_000 })
  }).toPass()
  await see('query: completions', page.getByRole('listbox'), attacks.vector)
  await page.keyboard.press('Escape')
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  await writeSql(page, editor, `LISTEN ${quoted(hostile.channel)}; SELECT ${quoted(hostile.schema)}.${quoted(hostile.function)}('x')`)
  await page.keyboard.press('F5')
  const messages = page.getByRole('log')
  await expect(page.getByText('XSS00').first()).toBeVisible()
  await see(
    'messages: notice',
    messages
      .getByText(/^.*NOTICE: /)
      .first()
      .locator('..'),
  )
  await see('messages: error', messages.getByRole('alert').or(messages).last())
  await see('history of queries', await tab(page, 'History'))
  await writeSql(page, editor, `NOTIFY ${quoted(hostile.channel)}, '${attacks.vector}'`)
  await page.keyboard.press('F5')
  await see('notifications', await tab(page, /^Notifications/))
  await writeSql(
    page,
    editor,
    `SELECT * FROM ${quoted(hostile.schema)}.${quoted(hostile.view)} WHERE ${quoted(attacks.image)} = '${attacks.vector}'`,
  )
  await page.keyboard.press('Shift+F7')
  await see('plan: table', page.getByRole('table', { name: 'Plan' }), attacks.vector)
  await page.getByText('Tree', { exact: true }).click()
  await see('plan: tree', page.getByRole('tabpanel').last(), attacks.vector)
  await page.getByText('Flame', { exact: true }).click()
  await see('plan: flame', page.getByRole('tabpanel').last(), attacks.vector)
}

async function tab(page: Page, name: string | RegExp): Promise<Locator> {
  await page.getByRole('tab', { name }).click()
  return page.getByRole('tabpanel').last()
}

async function sources(page: Page, see: See): Promise<void> {
  await go(page, '#/data-sources')
  await see('data sources', page.getByRole('main'))
  await page.getByRole('main').getByRole('link', { name: attacks.image }).first().click()
  await see('data source: title', page.getByRole('heading', { level: 1 }))
  await see('data source: role', page.getByRole('main'), ' onerror=__xss()>')
  await see('data source: what the role can do', page.getByRole('main').getByRole('table').last(), '__xss()')
  await page.keyboard.press('ControlOrMeta+K')
  await expect(page.getByRole('dialog').getByRole('textbox').or(page.getByRole('dialog').getByRole('searchbox'))).toBeFocused()
  await page.keyboard.insertText('svg')
  await see('command palette', page.getByRole('dialog'), attacks.vector)
  await page.keyboard.press('Escape')
  await go(page, '#/settings')
  expect(await page.title()).toBe('Settings · Plumbline')
}
