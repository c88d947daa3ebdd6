import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { Download, Locator, Page } from '@playwright/test'
import type { Kwargs } from '#shared/model/expectation.ts'
import { callApp, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import type { RunningApp } from './support/running-app.ts'

test('the rows that fail are shown with the exact query, in any order, and open in the query pane', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  await expectOf(app, assetId, 'expect_column_values_to_be_between', { column: 'amount', min_value: 900 })
  await openApp()
  const panel = await failingRows(page, assetId)
  await expect(panel.getByRole('status').filter({ hasText: '899 rows now' })).toBeVisible()
  // The key comes first, so that a row can be found again.
  await expect(panel.getByRole('region', { name: 'The query' })).toHaveText(/^SELECT b\."id", .*\sORDER BY b\."id"$/s)
  await expect.poll(() => firstIds(panel)).toEqual(['1', '2', '3'])

  await panel.getByRole('button', { name: 'Order by amount' }).click()
  await expect(panel.getByRole('columnheader', { name: /amount/ })).toHaveAttribute('aria-sort', 'ascending')
  await expect.poll(() => firstIds(panel)).toEqual(['600', '1', '2'])
  await panel.getByRole('combobox', { name: 'Order of the rows' }).click()
  await page.getByRole('option', { name: 'amount, descending' }).click()
  await expect.poll(() => firstIds(panel)).toEqual(['899', '898', '897'])
  // Beyond the first screens, without reading all of them into the page.
  const grid = panel.getByRole('grid', { name: 'Failing rows' })
  await grid.click()
  await page.keyboard.press('Control+End')
  await expect(grid.getByRole('gridcell', { name: '-5.00' })).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

  await panel.getByRole('button', { name: 'Open in query pane' }).click()
  await expect(page).toHaveURL(/#\/query/)
  await expect(page.getByText('ORDER BY 4 DESC NULLS LAST')).toBeVisible()
  // Nothing of it has run.
  await expect(page.getByText('Its rows stand here')).toBeVisible()
})

test('failing rows are exported exactly, for spreadsheets, and as JSON', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  await database.run("UPDATE sales.orders SET code = '=2+3' WHERE id = 11; UPDATE sales.orders SET code = E'a,\"b\"\\nc' WHERE id = 12")
  await expectOf(app, assetId, 'expect_column_values_to_match_regex', { column: 'code', regex: '^AB-' })
  await openApp()
  const panel = await failingRows(page, assetId)
  await expect(panel.getByText('3 rows now')).toBeVisible()

  const exact = await exported(page, panel, 'CSV, exact')
  expect(exact.suggestedFilename()).toBe('orders failing rows-exact.csv')
  const lines = (await text(exact)).split('\r\n')
  expect(lines[0]).toBe('id,email,status,amount,ordered_at,shipped_at,code')
  expect(lines[1]).toBe('11,buyer11@example.org,shipped,11.00,2026-01-01 11:00:00+00,2026-01-02 11:00:00+00,=2+3')
  expect(lines[2]).toContain(',"a,""b""\nc"')

  const safe = await exported(page, panel, 'CSV for spreadsheets')
  expect(safe.suggestedFilename()).toBe('orders failing rows-spreadsheet.csv')
  expect(await text(safe)).toContain(",'=2+3\r\n")

  const json = await exported(page, panel, 'JSON')
  const rows = JSON.parse(await text(json)) as Readonly<Record<string, unknown>>[]
  expect(rows.map(({ id, code }) => [id, code])).toEqual([
    [11, '=2+3'],
    [12, 'a,"b"\nc'],
    [800, 'broken'],
  ])
})

test('of more rows than are shown all are exported; a cancelled or broken export leaves no file', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  await database.run(`
    CREATE TABLE sales.pace (seconds float);
    INSERT INTO sales.pace VALUES (0);
    CREATE FUNCTION sales.slowly(i int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT i FROM (SELECT pg_sleep(seconds) FROM sales.pace WHERE i > 10000 AND seconds > 0) s RIGHT JOIN (SELECT 1) one ON true $$`)
  const query = 'SELECT sales.slowly(i) AS i FROM generate_series(1, 10400) i, (SELECT 1 FROM {batch} LIMIT 1) b'
  await expectOf(app, assetId, 'unexpected_rows_expectation', { unexpected_rows_query: query })
  const downloads: Download[] = []
  page.on('download', (download) => downloads.push(download))
  await openApp()
  const panel = await failingRows(page, assetId)
  await expect(panel.getByText('The first 10,000 of 10,400 rows that the run counted')).toBeVisible()

  const all = await exported(page, panel, 'CSV, exact')
  expect((await text(all)).trimEnd().split('\r\n')).toHaveLength(10_401)

  await database.run('UPDATE sales.pace SET seconds = 0.05')
  await panel.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'JSON' }).click()
  await expect(panel.getByText('Reading all failing rows')).toBeVisible()
  await panel.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('The export was cancelled. Nothing was saved.')).toBeVisible()
  await expect
    .poll(
      async () =>
        (
          await database.run(
            "SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%slowly%' AND pid <> pg_backend_pid()",
          )
        )[0]?.n,
    )
    .toBe(0)

  await database.run('DROP TABLE sales.pace')
  await panel.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'JSON' }).click()
  await expect(page.getByText(/Nothing was saved\. relation "sales\.pace" does not exist/)).toBeVisible()
  expect(downloads).toHaveLength(1)

  await panel.getByRole('button', { name: 'Read more' }).click()
  await expect(panel.getByText('The server refused')).toBeVisible()
})

test('where no values are kept, none are shown before the person asks to read them', async ({ app, page, openApp, database }) => {
  const { assetId, dataSourceId } = await takeInOrders(app, database)
  await expectOf(app, assetId, 'expect_column_values_to_be_unique', { column: 'email' })
  const { client, close } = await callApp(app)
  await client.dataSources.configure({ id: dataSourceId, keepFailingValues: false })
  close()
  await openApp()
  const panel = await failingRows(page, assetId)
  await expect(panel.getByText('Shop keeps no values with its results.', { exact: false })).toBeVisible()
  await expect(page.getByText('buyer1@example.org')).toHaveCount(0)
  await panel.getByRole('button', { name: 'Read the rows' }).click()
  await expect(panel.getByRole('gridcell', { name: 'buyer1@example.org' })).toHaveCount(2)
})

async function expectOf(app: RunningApp, assetId: string, type: string, kwargs: Kwargs): Promise<void> {
  const { client, close } = await callApp(app)
  await client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })
  close()
}

/** Validates, and opens the rows of what failed. */
async function failingRows(page: Page, assetId: string): Promise<Locator> {
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)
  await page.getByRole('button', { name: 'Validate', exact: true }).click()
  await page.getByRole('button', { name: 'Show failing rows' }).click()
  return page.getByRole('dialog', { name: 'Failing rows' })
}

async function firstIds(panel: Locator): Promise<readonly string[]> {
  const cells = panel.locator('[data-row]:not([data-row="-1"]) [data-column="0"]')
  return (await cells.allTextContents()).slice(0, 3)
}

async function exported(page: Page, panel: Locator, format: string): Promise<Download> {
  await panel.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()])
  return download
}

async function text(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}
