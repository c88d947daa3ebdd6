import type { Page } from '@playwright/test'
import { callApp } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import type { RunningApp } from './support/running-app.ts'

/** Transactions by hand in the query pane, in the built program and on a real server. */

test('with autocommit off a transaction waits, says so, and is committed or rolled back by key', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run('CREATE TABLE kept (i int)')
  await openQuery(app, page, openApp, database.connectionString)
  await page.keyboard.press('Alt+Shift+X')
  const autocommit = page.getByRole('switch', { name: /^Autocommit/ })
  await autocommit.click({ force: true })
  await expect(autocommit).not.toBeChecked()
  await page.keyboard.press('Escape')
  await write(page, 'INSERT INTO kept VALUES (1)')
  await page.keyboard.press('F5')
  await expect(page.getByRole('status').getByText('The session is idle in a valid transaction block.')).toBeVisible()
  await expect(page.getByText(/Idle for \d+:\d\d, rolled back in (30:00|2\d:\d\d)/)).toBeVisible()
  expect(await database.run('SELECT * FROM kept')).toEqual([])
  await page.keyboard.press('ControlOrMeta+Shift+M')
  await expect(page.getByText('Committed.')).toBeVisible()
  expect(await database.run('SELECT * FROM kept')).toHaveLength(1)
  await expect(page.getByRole('img', { name: 'The session is idle and there is no current transaction.' })).toBeVisible()
  await write(page, 'SELECT 1/0')
  await page.keyboard.press('F5')
  await expect(page.getByRole('status').getByText('The session is idle in a failed transaction block.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Commit' })).toBeDisabled()
  await page.keyboard.press('ControlOrMeta+Shift+R')
  await expect(page.getByText('Rolled back.')).toBeVisible()
})

test('a tab in a transaction asks before it closes, and a reload finds the transaction again', async ({ app, page, openApp, database }) => {
  await database.run('CREATE TABLE kept (i int)')
  await openQuery(app, page, openApp, database.connectionString)
  await write(page, 'BEGIN; INSERT INTO kept VALUES (1)')
  await page.keyboard.press('F5')
  const waits = page.getByRole('status').getByText('The session is idle in a valid transaction block.')
  await expect(waits).toBeVisible()
  // The pause after which a draft is kept.
  await expect.poll(() => drafts(app)).toContain('BEGIN; INSERT INTO kept VALUES (1)')
  await page.reload()
  await expect(waits).toBeVisible()
  await page.getByRole('tab', { name: 'Query 1' }).focus()
  await page.keyboard.press('Delete')
  const question = page.getByRole('dialog', { name: 'Query 1 is in a transaction' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(waits).toBeVisible()
  await page.getByRole('tab', { name: 'Query 1' }).focus()
  await page.keyboard.press('Delete')
  await question.getByRole('button', { name: 'Commit and close' }).click()
  await expect(question).toBeHidden()
  expect(await database.run('SELECT * FROM kept')).toHaveLength(1)
})

test('a COMMIT that the server refuses is told, and is not offered again', async ({ app, page, openApp, database }) => {
  await database.run('CREATE TABLE kept (i int UNIQUE DEFERRABLE INITIALLY DEFERRED)')
  await openQuery(app, page, openApp, database.connectionString)
  await write(page, 'BEGIN; INSERT INTO kept VALUES (1), (1)')
  await page.keyboard.press('F5')
  await expect(page.getByRole('status').getByText('The session is idle in a valid transaction block.')).toBeVisible()
  await page.getByRole('tab', { name: 'Query 1' }).focus()
  await page.keyboard.press('Delete')
  const question = page.getByRole('dialog', { name: 'Query 1 is in a transaction' })
  await question.getByRole('button', { name: 'Commit and close' }).click()
  await expect(question.getByRole('alert')).toContainText('duplicate key value')
  await expect(question).toContainText('the server took back what was changed in it')
  await expect(question.getByRole('button', { name: 'Commit and close' })).toBeHidden()
  await question.getByRole('button', { name: 'Close the tab' }).click()
  await expect(question).toBeHidden()
  expect(await database.run('SELECT * FROM kept')).toEqual([])
})

test('a lost connection keeps the text, and one click has a new session', async ({ app, page, openApp, database }) => {
  await openQuery(app, page, openApp, database.connectionString)
  await write(page, 'SELECT pg_backend_pid() AS pid')
  await page.keyboard.press('F5')
  const pid = page.getByRole('gridcell').first()
  await expect(pid).toHaveText(/^\d+$/)
  await database.run(`SELECT pg_terminate_backend(${await pid.textContent()})`)
  await expect(page.getByText('The connection with the server is bad.')).toBeVisible()
  await page.getByRole('button', { name: 'Reconnect' }).click()
  await expect(page.getByText('The connection with the server is bad.')).toBeHidden()
  await expect(page.locator('.cm-content:visible')).toHaveText('SELECT pg_backend_pid() AS pid')
})

test('what is notified is shown while nothing runs, and a misspelt name is told what it may have been', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run('CREATE TABLE customers (i int)')
  await openQuery(app, page, openApp, database.connectionString)
  await write(page, 'LISTEN shop')
  await page.keyboard.press('F5')
  await expect(page.getByText(/^LISTEN, /)).toBeVisible()
  await database.run("NOTIFY shop, '<b>opened</b>'")
  await page.getByRole('tab', { name: 'Notifications (1)' }).click()
  await expect(page.getByRole('cell', { name: '<b>opened</b>' })).toBeVisible()
  await page.getByRole('tab', { name: 'Messages' }).click()
  await write(page, 'SELECT * FROM custmers')
  await page.keyboard.press('F5')
  await expect(page.getByText('Did you mean customers?')).toBeVisible()
})

async function openQuery(app: RunningApp, page: Page, openApp: () => Promise<Page>, connectionString: string): Promise<void> {
  const { client, close } = await callApp(app)
  try {
    const input = { connectionString, sslmode: 'disable', plaintextConsent: false, savePassword: false, environment: 'none' } as const
    await client.dataSources.create({ ...input, name: 'Shop' })
  } finally {
    close()
  }
  await openApp()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
  await expect(page.getByRole('treeitem', { name: /^public/ })).toBeVisible()
}

async function write(page: Page, sql: string): Promise<void> {
  await page.locator('.cm-content:visible').click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(sql)
}

async function drafts(app: RunningApp): Promise<readonly string[]> {
  const { client, close } = await callApp(app)
  try {
    return (await client.query.drafts.list({})).map(({ sql }) => sql)
  } finally {
    close()
  }
}
