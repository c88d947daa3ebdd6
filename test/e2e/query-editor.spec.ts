import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { callApp } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'
import { type RunningApp, startApp } from './support/running-app.ts'

/** The editor of the query pane: what it offers, what its keys do, and what is asked before a text runs. */

const tables = `CREATE SCHEMA sales; CREATE TABLE customers (id int PRIMARY KEY, "Full name" text);
  CREATE TABLE sales.orders (id int PRIMARY KEY, customer_id int REFERENCES customers, amount numeric);
  INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')`

test('names are completed by where the caret stands; find, replace, format, case and several carets go by pgAdmin’s keys', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(tables)
  await open(app, page, openApp, database.connectionString)
  const text = page.locator('.cm-content:visible')
  const offered = page.getByRole('listbox')
  await text.click()
  await page.keyboard.type('select * from cust')
  await offered.getByRole('option', { name: /customers/ }).click()
  await page.keyboard.type(' c join sales.')
  await offered.getByRole('option', { name: /orders/ }).click()
  await page.keyboard.type(' o on ')
  await page.keyboard.press('ControlOrMeta+Space')
  await offered.getByRole('option', { name: 'o.customer_id = c.id' }).click()
  await page.keyboard.type(' where c."Fu')
  await offered.getByRole('option', { name: /Full name/ }).click()
  await expect(text).toHaveText('select * from customers c join sales.orders o on o.customer_id = c.id where c."Full name"')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(text.locator('.cm-line').first()).toHaveText('SELECT')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(text).toHaveText(/^select \* from customers c join/)
  await page.keyboard.press('ControlOrMeta+Shift+F')
  await expect(page.getByRole('textbox', { name: 'Find' })).toBeFocused()
  await page.keyboard.type('customers')
  await page.getByRole('textbox', { name: 'Replace with' }).fill('clients')
  await expect(page.getByText('1 found')).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('[role="search"]').analyze()
  expect(violations).toEqual([])
  await page.getByRole('button', { name: 'Replace all' }).click()
  await page.keyboard.press('Escape')
  await expect(text).toHaveText(/from clients c/)
  await page.keyboard.press('ControlOrMeta+Alt+l')
  await expect(text).toHaveText('')
  await page.keyboard.insertText('one\ntwo\nthree')
  await page.keyboard.press('ControlOrMeta+l')
  await page.keyboard.type('1:2')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ControlOrMeta+Alt+ArrowDown')
  await page.keyboard.type('_')
  await expect(text.locator('.cm-line')).toHaveText(['o_ne', 't_wo', 'three'])
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+Shift+U')
  await page.keyboard.press('ControlOrMeta+/')
  await expect(text.locator('.cm-line')).toHaveText(['-- O_NE', '-- T_WO', '-- THREE'])
})

test('parameters are asked for and sent as values, a macro runs by its key with what is selected, and the history says so', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(tables)
  const dataSourceId = await open(app, page, openApp, database.connectionString)
  const { client, close } = await callApp(app)
  await client.query.macros.save({
    id: crypto.randomUUID(),
    name: 'Count',
    sql: 'SELECT count(*) AS n FROM $SELECTION$',
    shortcut: 'Alt+F1',
  })
  const text = page.locator('.cm-content:visible')
  await text.click()
  const coloured = text.locator('.cm-parameter')
  await page.keyboard.insertText("SELECT ':no', $$ $1 $$, id::text -- :no")
  await expect(text).toContainText('id::text')
  await expect(coloured).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('SELECT "Full name" FROM customers WHERE id = :id OR "Full name" IS NOT DISTINCT FROM :name')
  await expect(coloured).toHaveText([':id', ':name'])
  await look(page, 'query-parameters')
  await page.keyboard.press('F5')
  const form = page.getByRole('dialog', { name: 'Values of 2 parameters' })
  await expect(form.getByRole('textbox', { name: ':id' })).toBeFocused()
  await page.keyboard.type('2')
  await form.getByRole('checkbox', { name: ':name is NULL' }).check({ force: true })
  await form.getByRole('textbox', { name: ':id' }).press('Enter')
  await expect(page.getByRole('gridcell')).toHaveText(['Bo'])
  await page.keyboard.press('F5')
  await expect(form.getByRole('textbox', { name: ':id' })).toHaveValue('2')
  await page.keyboard.press('Escape')
  await expect(form).toBeHidden()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('customers')
  await page.keyboard.press('Alt+F1')
  await expect(page.getByText('Select the text that is to stand for $SELECTION$ in Count first.')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Alt+F1')
  await expect(page.getByRole('gridcell')).toHaveText(['2'])
  await page.getByRole('tab', { name: 'History' }).click()
  const today = page.getByRole('list', { name: 'History of Today' })
  await expect(today.getByRole('listitem')).toHaveCount(2)
  await expect(today.getByText(/1 row · Macro$/)).toBeVisible()
  await page.getByRole('button', { name: 'Remove all' }).click()
  await expect(page.getByText('Nothing was run on this data source yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(today.getByRole('listitem')).toHaveCount(2)
  expect((await client.query.history.list({ dataSourceId, search: ':id', limit: 5 })).map(({ sql }) => sql)).toHaveLength(1)
  close()
})

test('two tabs stand side by side, keys go to the one with the focus, and a reload finds both', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await open(app, page, openApp, database.connectionString)
  const { client, close } = await callApp(app)
  const draft = async () => (await client.query.drafts.list({}))[0]?.sql ?? ''
  await page.locator('.cm-content:visible').click()
  await page.keyboard.type('SELECT 1')
  // A letter follows the other until something is saved: it does not wait for a pause.
  const typing = { goesOn: true }
  const typed = (async () => {
    while (typing.goesOn) await page.keyboard.type('0', { delay: 60 })
  })()
  await expect.poll(draft).toMatch(/^SELECT/)
  typing.goesOn = false
  await typed
  close()
  await page.keyboard.press('ControlOrMeta+\\')
  const panels = page.getByRole('tabpanel', { name: /^Query/ })
  await expect(panels).toHaveCount(2)
  await page.keyboard.press('Alt+Shift+|')
  await expect(panels.nth(1).locator('.cm-content')).toBeFocused()
  await page.keyboard.insertText('SELECT 2 AS right_one')
  await page.keyboard.press('F5')
  await expect(panels.nth(1).getByRole('gridcell')).toHaveText(['2'])
  await expect(panels.nth(0).getByRole('gridcell')).toHaveCount(0)
  await page.getByRole('separator', { name: 'Width of the left tab' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('separator', { name: 'Width of the left tab' })).toHaveAttribute('aria-valuenow', '52')
  await expect.poll(async () => await page.evaluate(() => document.querySelectorAll('.cm-content').length)).toBe(2)
  await page.reload()
  await expect(panels).toHaveCount(2)
  await expect(page.getByRole('separator', { name: 'Width of the left tab' })).toHaveAttribute('aria-valuenow', '52')
  await page.keyboard.press('ControlOrMeta+\\')
  await expect(panels).toHaveCount(1)
})

test('two tabs that stand side by side stand so again after a restart, in a window that knows nothing of the one before', async ({
  app,
  page,
  openApp,
  database,
  browser,
}) => {
  await open(app, page, openApp, database.connectionString)
  const { client, close } = await callApp(app)
  const write = async (sql: string) => {
    await page.locator('.cm-content:visible').last().click()
    await page.keyboard.insertText(sql)
  }
  await write('SELECT 1 AS left_one')
  await page.getByRole('button', { name: 'New query' }).click()
  await write('SELECT 2 AS right_one')
  await page.getByRole('button', { name: 'New query' }).click()
  await write('SELECT 3 AS newest')
  await page.getByRole('tab', { name: 'Query 1' }).click()
  await page.keyboard.press('ControlOrMeta+\\')
  const panels = page.getByRole('tabpanel', { name: /^Query/ })
  await expect(panels).toHaveCount(2)
  await expect.poll(async () => (await client.query.drafts.list({})).map(({ sql }) => sql)).toHaveLength(3)
  await expect.poll(async () => (await client.app.preferences.get({})).queryPair?.tabs.length).toBe(3)
  close()
  await page.close()
  await app.stop()

  const again = await startApp({ dataFolder: app.dataFolder })
  const other = await browser.newPage()
  try {
    await other.goto(again.link)
    await other.getByRole('link', { name: 'Query', exact: true }).click()
    const found = other.getByRole('tabpanel', { name: /^Query/ })
    await expect(found).toHaveCount(2)
    await expect(found.nth(0).locator('.cm-content')).toHaveText('SELECT 1 AS left_one')
    await expect(found.nth(1).locator('.cm-content')).toHaveText('SELECT 2 AS right_one')
  } finally {
    await other.close()
    await again.stop()
  }
})

async function open(app: RunningApp, page: Page, openApp: () => Promise<Page>, connectionString: string): Promise<string> {
  const { client, close } = await callApp(app)
  const input = {
    name: 'Shop',
    connectionString,
    sslmode: 'disable',
    plaintextConsent: false,
    savePassword: false,
    environment: 'none',
  } as const
  const { id } = await client.dataSources.create(input)
  close()
  await openApp()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
  await expect(page.getByRole('treeitem', { name: /^public/ })).toBeVisible()
  return id
}
