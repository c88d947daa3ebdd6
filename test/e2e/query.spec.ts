import type { Page } from '@playwright/test'
import { callApp, shop } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import type { RunningApp } from './support/running-app.ts'

/** The query pane, in the built program and on a real server. */

test('a script gives every result a tab of its own, with types, nulls and the line below', async ({ app, page, openApp, database }) => {
  await connect(app, database.connectionString)
  await openQuery(page, openApp)
  await type(page, 'SELECT 1 AS one, NULL::text AS nothing;\nSELECT n::varchar(5) AS c FROM generate_series(1, 2) n')
  await page.keyboard.press('F5')
  const grid = page.getByRole('grid')
  await expect(grid.getByRole('columnheader', { name: 'nothing text' })).toBeVisible()
  await expect(grid.getByRole('gridcell')).toHaveText(['1', '[null]'])
  await page.getByRole('tab', { name: 'Data output 2' }).click()
  await expect(grid.getByRole('columnheader', { name: 'c character varying(5)' })).toBeVisible()
  await expect(page.getByText('Total rows: 2')).toBeVisible()
  await expect(page.getByText(/^Query complete \d\d:\d\d:\d\d\.\d{3}$/).first()).toBeVisible()
  await expect(page.getByRole('listbox'), 'the list of completions went with the run').toHaveCount(0)
  await page.getByRole('tab', { name: 'Messages' }).click()
  await expect(page.getByRole('log').getByText('Statement 2: SELECT 2')).toBeVisible()
})

test('what is run while the run before has its last word is run after it', async ({ app, page, openApp, database }) => {
  await connect(app, database.connectionString)
  // The end of the first run's stream, and all that comes after it there.
  const held: (() => void)[] = []
  let stream: string | null | undefined
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    socket.connectToServer().onMessage((message) => {
      const { i } = JSON.parse(String(message)) as { readonly i: string }
      if (stream === undefined && String(message).includes('"finished"')) stream = i
      if (i === stream) held.push(() => socket.send(message))
      else socket.send(message)
    })
  })
  await openQuery(page, openApp)
  await type(page, 'SELECT 1 AS one')
  await page.keyboard.press('F5')
  await expect(page.getByRole('gridcell')).toHaveText(['1'])
  await expect.poll(() => held.length).toBeGreaterThan(0)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText('SELECT 2 AS two')
  await page.keyboard.press('F5')
  stream = null
  for (const send of held) send()
  await expect(page.getByRole('gridcell')).toHaveText(['2'])
})

test('an error is underlined at its character, said with its facts, and a selection runs alone', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await connect(app, database.connectionString)
  await openQuery(page, openApp)
  await type(page, "SELECT '🐘';\nSELECT nope FROM pg_class")
  await page.keyboard.press('F5')
  await expect(page.locator('.cm-lintRange-error')).toHaveText('nope')
  await expect(page.getByRole('tab', { name: 'Messages (error)' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText('column "nope" does not exist')).toBeVisible()
  await expect(page.getByText('42703')).toBeVisible()
  await expect(page.getByText('line 2, character 8')).toBeVisible()
  await page.locator('.cm-content').click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.press('Shift+End')
  await page.keyboard.press('F5')
  await expect(page.getByRole('gridcell')).toHaveText(['🐘'])
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0)
})

test('the statement at the caret is marked, runs alone by Ctrl+Enter and by Alt+F5, and is explained by F7', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await connect(app, database.connectionString)
  await openQuery(page, openApp)
  await type(page, "SELECT 'first; one';\n\nSELECT 2 AS second\nWHERE true;\nSELECT nope")
  await page.keyboard.press('ArrowUp')
  await expect(page.locator('.cm-currentStatement')).toHaveText(['SELECT 2 AS second', 'WHERE true;'])
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(page.getByRole('gridcell')).toHaveText(['2'])
  await page.keyboard.press('F7')
  await expect(page.getByRole('tab', { name: 'Explain' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('table', { name: 'Plan' }).getByRole('button', { name: 'Result' })).toBeVisible()
  await page.locator('.cm-content:visible').click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('Alt+F5')
  await expect(page.locator('.cm-lintRange-error')).toHaveText('nope')
  await expect(page.getByText('line 1, character 8 of what was run')).toBeVisible()
})

test('a cancel reaches the server, from the toolbar and while looking elsewhere', async ({ app, page, openApp, database }) => {
  await connect(app, database.connectionString)
  const sleeping = async () =>
    (
      await database.run(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()",
      )
    ).length
  await openQuery(page, openApp)
  await type(page, 'SELECT pg_sleep(600)')
  await page.keyboard.press('F5')
  await expect.poll(sleeping).toBe(1)
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
  await page.getByRole('toolbar', { name: 'Query' }).getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Cancelled. The server stopped the statement.')).toBeVisible()
  await expect.poll(sleeping, 'nothing of ours is left on the server').toBe(0)
})

test('production is read only by the server, is left by a switch for a while, and comes back with its data source', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await connect(app, database.connectionString)
  await connect(app, database.connectionString, 'Shop in production', 'production')
  await openQuery(page, openApp)
  const readOnly = page.getByRole('switch', { name: 'Read only' })
  const choose = async (name: string) => {
    await page.getByRole('toolbar', { name: 'Query' }).getByRole('combobox', { name: 'Data source' }).click()
    await page.getByRole('option', { name, exact: true }).click()
  }
  await choose('Shop in production')
  await expect(readOnly).toBeChecked()
  await type(page, 'CREATE TABLE made (i int)')
  await page.keyboard.press('F5')
  await expect(page.getByText('cannot execute CREATE TABLE in a read-only transaction')).toBeVisible()
  await expect(page.getByText('switch Read only off in the toolbar')).toBeVisible()
  await readOnly.click({ force: true })
  await expect(page.getByText(/Read only again in 1[45]:\d\d/)).toBeVisible()
  await page.getByRole('button', { name: 'Execute (F5)' }).click()
  await expect(page.getByRole('log').getByText(/^CREATE TABLE, /)).toBeVisible()
  await choose('Shop')
  await expect(readOnly, 'nothing says that Shop is production').not.toBeChecked()
  await choose('Shop in production')
  await expect(readOnly, 'leave to write was given once').toBeChecked()
})

test('ten thousand rows of a hundred columns are drawn by the window, walked by key and copied', async ({
  app,
  page,
  openApp,
  database,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await connect(app, database.connectionString)
  await openQuery(page, openApp)
  const columns = Array.from({ length: 100 }, (_, index) => `i * 1000 + ${index} AS c${index}`).join(', ')
  await database.run(`CREATE VIEW wide AS SELECT ${columns} FROM generate_series(1, 20000) i`)
  await type(page, 'SELECT * FROM wide')
  await page.keyboard.press('F5')
  await expect(page.getByText('First 10,000 rows; there are more')).toBeVisible()
  const grid = page.getByRole('grid')
  await expect(grid).toHaveAttribute('aria-rowcount', '10001')
  await expect(grid).toHaveAttribute('aria-colcount', '101')
  expect(await grid.getByRole('gridcell').count(), 'only what is in sight is drawn').toBeLessThan(1_200)
  await grid.getByRole('gridcell', { name: '1000', exact: true }).click()
  await page.keyboard.press('ControlOrMeta+End')
  await expect(page.locator(':focus')).toHaveText('10000099')
  await expect(page.locator(':focus')).toBeInViewport()
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('ControlOrMeta+C')
  await expect(page.getByText('4 cells copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('9999098\t9999099\n10000098\t10000099')
})

test('the tree opens a level at a time, finds by filter, and a double click reads the first rows', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(shop)
  await connect(app, database.connectionString)
  await openQuery(page, openApp)
  const search = page.getByRole('searchbox', { name: 'Search tables and columns' })
  await search.fill('orders shipp')
  await expect(page.getByText('No table and no column has this in its name.')).toBeVisible()
  await search.fill('shipped')
  await expect(page.getByRole('treeitem', { name: 'shipped_at' })).toBeVisible()
  await search.fill('ord')
  // Both searches find it; the answer to the first may still be shown.
  await expect(page.getByRole('treeitem', { name: 'shipped_at' })).toHaveCount(0)
  const orders = page.getByRole('treeitem', { name: 'orders' })
  await orders.click()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('treeitem', { name: 'amount numeric(10,2)' })).toBeVisible()
  await orders.dblclick()
  await expect(page.getByRole('tab', { name: 'orders' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText('Total rows: 100')).toBeVisible()
  await expect(page.locator('.cm-content:visible')).toContainText('FROM sales.orders')
})

test('texts survive a reload and are found in the history; a link runs nothing', async ({ app, page, openApp, database }) => {
  const dataSourceId = await connect(app, database.connectionString)
  await openQuery(page, openApp)
  await type(page, 'SELECT 41 + 1 AS answer')
  await page.keyboard.press('F5')
  await expect(page.getByRole('gridcell')).toHaveText(['42'])
  await page.reload()
  await expect(page.locator('.cm-content:visible')).toHaveText('SELECT 41 + 1 AS answer')
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.getByRole('list', { name: 'History' }).getByRole('button', { name: /SELECT 41 \+ 1/ })).toBeVisible()
  await database.run('CREATE TABLE ran (i int)')
  await page.goto(`${new URL(page.url()).origin}/#/query?source=${dataSourceId}&sql=${encodeURIComponent('SELECT * FROM ran')}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  const { client, close } = await callApp(app)
  const history = await client.query.history.list({ dataSourceId, search: 'ran', limit: 5 })
  close()
  expect(history).toEqual([])
})

test('a file is opened in a tab of its own, with a warning of what cannot be seen in it, and saved again', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await connect(app, database.connectionString)
  await openQuery(page, openApp)
  const chooser = page.waitForEvent('filechooser')
  await page.locator('.cm-content:visible').click()
  await page.keyboard.press('ControlOrMeta+O')
  await (await chooser).setFiles({ name: 'monthly.sql', mimeType: 'application/sql', buffer: Buffer.from("SELECT 'a\u202Eb' AS odd;\n") })
  await expect(page.getByRole('tab', { name: 'monthly' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText(/holds 1 character that cannot be seen .* right-to-left override in line 1, column 10/)).toBeVisible()
  const download = page.waitForEvent('download')
  await page.locator('.cm-content:visible').click()
  await page.keyboard.press('ControlOrMeta+S')
  const saved = await download
  expect(saved.suggestedFilename()).toBe('monthly.sql')
  const second = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a file' }).filter({ visible: true }).click()
  await (await second).setFiles({ name: 'odd.sql', mimeType: 'application/sql', buffer: Buffer.from([0x53, 0xe4]) })
  await expect(page.getByText('odd.sql is not written in UTF-8')).toBeVisible()
})

async function connect(
  app: RunningApp,
  connectionString: string,
  name = 'Shop',
  environment: 'none' | 'production' = 'none',
): Promise<string> {
  const { client, close } = await callApp(app)
  try {
    const input = { name, connectionString, sslmode: 'disable', plaintextConsent: false, savePassword: false, environment } as const
    return (await client.dataSources.create(input)).id
  } finally {
    close()
  }
}

async function openQuery(page: Page, openApp: () => Promise<Page>): Promise<void> {
  await openApp()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
  await expect(page.getByRole('treeitem', { name: /^public/ })).toBeVisible()
}

async function type(page: Page, sql: string): Promise<void> {
  await page.locator('.cm-content:visible').click()
  await page.keyboard.insertText(sql)
}
