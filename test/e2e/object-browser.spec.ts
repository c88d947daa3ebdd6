import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { addShop, shop } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'

/** What a database holds, walked by keys; properties and definitions; names that go into the editor. */

test('functions, sequences, types, roles and extensions are found; a table tells its keys, grants and definition', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(`${shop}
    CREATE INDEX orders_by_status ON sales.orders (status) WHERE amount > 5;
    CREATE FUNCTION sales.twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';
    COMMENT ON FUNCTION sales.twice(integer) IS 'Doubles';
    CREATE SEQUENCE sales.counter; CREATE TYPE sales.mood AS ENUM ('sad', 'ok'); GRANT SELECT ON sales.orders TO PUBLIC`)
  await addShop(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/query`)
  const item = (name: string | RegExp) => page.getByRole('treeitem', { name })
  await item(/^sales/).click()
  await page.keyboard.press('ArrowRight')
  await item(/^Functions/)
    .last()
    .click()
  await page.keyboard.press('Enter')
  await expect(item('twice (n integer) → integer')).toBeVisible()
  await item(/^Sequences/)
    .last()
    .click()
  await page.keyboard.press('ArrowRight')
  await expect(item('counter')).toBeVisible()
  await item(/^Types/)
    .last()
    .click()
  await page.keyboard.press('ArrowRight')
  await expect(item('mood enum')).toBeVisible()
  await item(/^Extensions/).click()
  await page.keyboard.press('ArrowRight')
  await expect(item(/^plpgsql/)).toBeVisible()
  await look(page, 'object-tree')
  expect(await violations(page)).toEqual([])

  await item('twice (n integer) → integer').dblclick()
  const panel = page.getByRole('dialog')
  await expect(panel.getByText('Doubles')).toBeVisible()
  await expect(panel.getByRole('region', { name: 'Definition' })).toContainText('CREATE OR REPLACE FUNCTION sales.twice(n integer)')
  await page.keyboard.press('Escape')

  await item(/^orders/).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Properties and definition' }).click()
  await expect(panel.getByText(/^table, owned by .* with its indexes$/)).toBeVisible()
  await expect(panel.getByRole('region', { name: 'Keys and constraints' })).toContainText('orders_pkeyPRIMARY KEY (id)')
  await expect(panel.getByRole('region', { name: 'Indexes' })).toContainText('orders_by_status')
  await expect(panel.getByRole('region', { name: 'Grants' })).toContainText('PUBLICSELECT')
  await look(page, 'object-panel')
  expect(await violations(page)).toEqual([])
  await panel.getByRole('button', { name: 'Open in a new tab' }).click()
  await expect(page.locator('.cm-content:visible')).toContainText('CREATE TABLE "sales"."orders"')

  // What was open stays open when the names are read again.
  await database.run('CREATE TYPE sales.later AS ENUM ()')
  await page.getByRole('button', { name: 'Read the names again' }).click()
  await expect(item('later enum')).toBeVisible()
  await expect(item('mood enum')).toBeVisible()

  // A name goes into the text where it is dropped.
  await page.getByRole('button', { name: 'New query' }).click()
  await item('counter').dragTo(page.locator('.cm-content:visible'))
  await expect(page.locator('.cm-content:visible')).toContainText('sales.counter')
})

test('partitions are folded below their table, those of a partition below it, and a search finds them by name', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(`CREATE SCHEMA billing; CREATE SCHEMA archive;
    CREATE TABLE billing.bills (day date NOT NULL, region text) PARTITION BY RANGE (day);
    CREATE TABLE billing.bills_2026 PARTITION OF billing.bills FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (region);
    CREATE TABLE archive.bills_2026_north PARTITION OF billing.bills_2026 FOR VALUES IN ('north');
    CREATE TABLE billing.customers (id int)`)
  await addShop(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/query`)
  const items = page.getByRole('treeitem')
  const item = (name: string | RegExp) => page.getByRole('treeitem', { name })
  // public has no table, and neither has the first schema by name.
  await expect(item('archive 0 tables')).toHaveAttribute('aria-expanded', 'false')
  await expect(item('billing 2 tables')).toHaveAttribute('aria-expanded', 'true')
  await expect(item('bills partitioned table')).toBeVisible()
  await expect(item(/^bills_2026/)).toHaveCount(0)
  const open = async (name: string | RegExp) => {
    await item(name).last().click()
    await page.keyboard.press('Enter')
  }
  await open('bills partitioned table')
  await expect(item('region text')).toBeVisible()
  await open('Partitions 1')
  const partition = "bills_2026 partitioned table, FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
  await expect(item(partition)).toHaveAttribute('aria-level', '4')
  await open(partition)
  await expect(item('Partitions 1')).toHaveCount(2)
  await open('Partitions 1')
  await expect(item("bills_2026_north FOR VALUES IN ('north')")).toHaveAttribute('aria-level', '6')
  await look(page, 'object-partitions')
  expect(await violations(page)).toEqual([])

  // What was made since is there when the names are read again.
  await database.run('CREATE TABLE billing.bills_rest PARTITION OF billing.bills DEFAULT')
  await page.getByRole('button', { name: 'Read the names again' }).click()
  await expect(item('bills_rest DEFAULT')).toHaveAttribute('aria-level', '4')

  await page.getByRole('searchbox', { name: 'Search tables and columns' }).fill('2026_n')
  await expect(items).toHaveText([/^archive/, /^bills_2026_north/])
  await item('bills_2026_north').dblclick()
  await expect(page.locator('.cm-content:visible')).toContainText('FROM archive.bills_2026_north')
})

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
