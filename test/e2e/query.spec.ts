import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'

/** The query pane as a pgAdmin user's fingers expect it. */

test('a script shows each result in its own tab, an error at its character, and keeps what was typed', async ({
  page,
  openApp,
  database,
}) => {
  await database.run("CREATE TABLE orders (id int, name text); INSERT INTO orders SELECT i, 'order ' || i FROM generate_series(1, 300) i")
  await openApp()
  await connect(page, database.connectionString)
  await page.evaluate(() => {
    location.hash = '#/query'
  })

  await type(page, 'SELECT * FROM orders ORDER BY id;\nSELECT 42 AS answer')
  await page.keyboard.press('F5')
  await expect(page.getByRole('tab', { name: 'Data output 1' })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: 'order 1', exact: true })).toBeVisible()
  await expect(page.getByText(/Total rows: 300/)).toBeVisible()
  await page.getByRole('tab', { name: 'Data output 2' }).click()
  await expect(page.getByRole('gridcell', { name: '42', exact: true })).toBeVisible()

  await type(page, "SELECT '😀', nope FROM orders")
  await page.keyboard.press('F5')
  await expect(page.getByText('column "nope" does not exist')).toBeVisible()
  await expect(page.getByText('42703')).toBeVisible()
  await expect(page.locator('.cm-lintRange-error')).toHaveText('nope')

  await type(page, 'DELETE FROM orders')
  await page.keyboard.press('F5')
  await expect(page.getByText(/read-only transaction/).first()).toBeVisible()

  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.getByRole('list', { name: 'History' }).getByText('SELECT 42 AS answer')).toBeVisible()

  await page.reload()
  await expect(page.locator('.cm-content').first()).toContainText('DELETE FROM orders')
})

test('cancel reaches the server', async ({ page, openApp, database }) => {
  await openApp()
  await connect(page, database.connectionString)
  await page.evaluate(() => {
    location.hash = '#/query'
  })
  const mark = randomUUID()
  await type(page, `SELECT pg_sleep(600) /* ${mark} */`)
  await page.keyboard.press('F5')
  const running = () =>
    database.run(`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%${mark}%' AND pid <> pg_backend_pid()`)
  await expect.poll(async () => (await running()).length).toBe(1)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect.poll(async () => (await running()).length, { timeout: 5_000 }).toBe(0)
  await expect(page.getByText(/cancelled/i).first()).toBeVisible()
})

/** Typed by keys, over what is there. */
async function type(page: Page, sql: string): Promise<void> {
  await page.locator('.cm-content').first().click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(sql)
  await page.keyboard.press('Escape')
}

async function connect(page: Page, connectionString: string): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/setup/data-source'
  })
  await page.getByLabel('Data Source name').fill('Shop')
  await page.getByLabel('Connection string').fill(connectionString)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText(/PostgreSQL 1\d/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Continue' })).toBeEnabled()
}
