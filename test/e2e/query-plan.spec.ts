import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { addShop } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'
import { writeSql } from './support/sql-editor.ts'

/** EXPLAIN, drawn: by a key, as a table, a tree and a flame, each walked by keys. */

test('Shift+F7 runs and explains; the costliest node is named; three views show the same nodes', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(`CREATE TABLE customers (id integer PRIMARY KEY, name text);
    CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, amount numeric);
    INSERT INTO customers SELECT i, 'name ' || i FROM generate_series(1, 1000) i;
    INSERT INTO orders SELECT i, 1 + i % 1000, i % 97 FROM generate_series(1, 60000) i; ANALYZE`)
  await addShop(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/query`)
  await writeSql(
    page,
    page.locator('.cm-content:visible'),
    'SELECT c.name, sum(o.amount) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.amount > 5 GROUP BY c.name ORDER BY 2 DESC',
  )
  await page.keyboard.press('Shift+F7')
  const table = page.getByRole('table', { name: 'Plan' })
  await expect(table.getByRole('button', { name: /Seq Scan on orders o/ })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: /Executed in .* ms, planned in .* % of the time goes to / })).toBeVisible()
  await expect(table.getByText(/^Filter: \(o?\.?amount > '5'::numeric\)$/)).toBeVisible()
  const details = page.getByRole('region', { name: /^Details of / })
  await table.getByRole('button', { name: /Seq Scan on orders o/ }).click()
  await expect(page.getByRole('region', { name: 'Details of Seq Scan on orders o' })).toContainText(/Rows Removed by Filter\d/)
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('region', { name: 'Details of Seq Scan on orders o' })).toHaveCount(0)
  await look(page, 'plan-table')
  expect(await violations(page)).toEqual([])
  const nodes = await table.getByRole('button').count()

  await page.getByText('Tree', { exact: true }).click()
  await expect(page.getByRole('button', { name: /Seq Scan on customers c/ })).toBeVisible()
  await look(page, 'plan-tree')
  expect(await violations(page)).toEqual([])
  await page.getByText('Flame', { exact: true }).click()
  const bars = page.locator('button[aria-pressed][title*="by itself"]')
  await expect(bars).toHaveCount(nodes)
  await bars.first().click()
  await page.keyboard.press('ArrowDown')
  await expect(bars.nth(1)).toHaveAttribute('aria-pressed', 'true')
  await expect(details).toBeVisible()
  await look(page, 'plan-flame')
  expect(await violations(page)).toEqual([])

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy as text' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^Sort {2}\(cost=[\s\S]*Execution Time: /)
  // What was run stands beside it, as the server gave it.
  await page.getByRole('tab', { name: 'Data output' }).click()
  await expect(page.getByRole('columnheader', { name: 'QUERY PLAN json' })).toBeVisible()
})

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
