import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { addShop } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'
import { writeSql } from './support/sql-editor.ts'

/** What can be done with the rows that were read, by keys alone where there are keys. */

const orders = `SELECT n AS id, 'customer ' || n % 50 AS name, (n * 7 % 1000) * 0.1 AS amount, NULLIF(n % 4, 0) AS part,
  jsonb_build_object('n', n, 'big', 12345678901234567890.10) AS doc FROM generate_series(1, 2000) n`

test('rows are sorted, filtered, searched and added up by keys alone, and stand as they came again', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  const grid = await read(page, openApp, orders)
  const cells = (row: number) => grid.getByRole('row').nth(row).getByRole('gridcell')
  await grid.getByRole('gridcell', { name: 'customer 1', exact: true }).first().click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.press('ArrowUp')
  for (let column = 0; column < 2; column += 1) await page.keyboard.press('ArrowRight')
  await page.keyboard.press(' ')
  await page.keyboard.press(' ')
  await expect(page.getByText('Sorted by amount descending')).toBeVisible()
  await expect(grid.getByRole('columnheader', { name: /^amount/ })).toHaveAttribute('aria-sort', 'descending')
  await expect(cells(1).nth(2)).toHaveText('99.9')

  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Filter …' }).click()
  await page.getByRole('textbox', { name: 'Value' }).fill('ten')
  await page.keyboard.press('Enter')
  await expect(page.getByText('"ten" is no value of type numeric.')).toBeVisible()
  await expect(page.getByText('Sorted by amount descending')).toBeVisible()
  await page.getByRole('button', { name: 'Close', exact: true }).first().click()
  await grid.getByRole('gridcell', { name: '99.9', exact: true }).first().click()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Only rows with this value' }).click()
  await expect(page.getByText('2 of 2,000 rows, sorted by amount descending')).toBeVisible()
  await expect(grid).toHaveAttribute('aria-rowcount', '3')
  await grid.getByRole('gridcell', { name: '99.9', exact: true }).first().click()
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByText('2 cells, Sum 199.8, Average 99.9, Min 99.9, Max 99.9').first()).toBeVisible()
  await page.getByRole('button', { name: 'As they came' }).click()
  await expect(grid).toHaveAttribute('aria-rowcount', '2001')

  await grid.getByRole('gridcell', { name: 'customer 1', exact: true }).first().click()
  await page.keyboard.press('ControlOrMeta+f')
  await expect(page.getByRole('textbox', { name: 'Find in the rows' })).toBeFocused()
  await page.keyboard.type('CUSTOMER 49')
  await expect(page.getByText('1 of 40 cells')).toBeVisible()
  await page.keyboard.press('Shift+Enter')
  await expect(page.getByText('40 of 40 cells')).toBeVisible()
  await expect(grid.getByRole('rowheader', { name: '1999', exact: true })).toBeInViewport()
  await look(page, 'query-result')
  await page.keyboard.press('Escape')
  await expect(page.locator(':focus')).toHaveText('customer 49')
})

test('that only the beginning of a long value is looked at stands where it matters, and nowhere else', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  const sql = "SELECT n AS id, CASE n WHEN 2 THEN repeat('x', 1048576) || 'tail' ELSE 'short' END AS body FROM generate_series(1, 3) n"
  const grid = await read(page, openApp, sql)
  const note = page.getByText('Of values over 1 MB in body, only the first 1 MB is looked at.')
  await grid.getByRole('gridcell', { name: '1', exact: true }).click()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press(' ')
  await expect(page.getByText('Sorted by id ascending')).toBeVisible()
  await expect(note).toHaveCount(0)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press(' ')
  await expect(page.getByText('Sorted by body ascending')).toBeVisible()
  await expect(note).toBeVisible()
  await page.getByRole('button', { name: 'As they came' }).click()
  await expect(note).toHaveCount(0)
  await page.getByRole('button', { name: 'Find in the rows' }).click()
  await page.keyboard.type('tail')
  await expect(page.getByRole('search').getByText('Not found')).toBeVisible()
  await expect(page.getByRole('search').getByText('Of values over 1 MB in body, only the first 1 MB is looked at.')).toBeVisible()
  await look(page, 'query-long-values')
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
})

test('a row stands beside the grid, a column has its figures and a chart, and none of it is hard to reach', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  const grid = await read(page, openApp, orders)
  await grid.getByRole('gridcell', { name: 'customer 1', exact: true }).first().click()
  await page.keyboard.press(' ')
  const row = page.getByRole('region', { name: 'Row', exact: true })
  await expect(row.getByRole('heading', { name: 'Row 1', exact: true })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(row.getByRole('button', { name: /^name text/ })).toContainText('customer 2')
  await row.getByRole('button', { name: /^doc/ }).click()
  const value = page.getByRole('dialog', { name: 'doc, row 2' })
  await expect(value.getByText('"big": 12345678901234567890.10')).toBeVisible()
  await value.getByText('Tree', { exact: true }).click()
  await expect(value.getByRole('treeitem', { name: 'big: 12345678901234567890.10' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(value).toBeHidden()

  await grid.getByRole('gridcell').nth(3).click()
  await page.getByRole('button', { name: 'Statistics of the column' }).click()
  const facts = page.getByRole('region', { name: 'Statistics' })
  await expect(facts.getByText('500 (25.0 %)').first()).toBeVisible()
  await page.getByRole('button', { name: 'Chart', exact: true }).click()
  const chart = page.getByRole('region', { name: 'Chart', exact: true })
  await expect(chart.getByText('All 2,000 rows are drawn.')).toBeVisible()
  await expect(chart.locator('.recharts-line')).toBeVisible()
  await chart.getByRole('combobox', { name: 'Up', exact: true }).click()
  await page.getByRole('option', { name: 'part', exact: true }).click()
  await expect(chart.getByText('1,500 of 2,000 rows are drawn; 500 without a finite number are left out.')).toBeVisible()
  await chart.getByText('Histogram', { exact: true }).click()
  await expect(chart.getByText('1,500 of 2,000 rows are counted; 500 without a finite number are left out.')).toBeVisible()
  await expect(chart.locator('.recharts-bar-rectangle').first()).toBeVisible()
  await look(page, 'query-beside')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([])
})

test('of 1,600 columns one is kept in sight, moved and hidden, which the next run of the query finds so', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  const columns = Array.from({ length: 1_600 }, (_, index) => `n + ${index} AS c${index}`).join(', ')
  const grid = await read(page, openApp, `SELECT ${columns} FROM generate_series(1, 200) n`)
  const head = (name: string) => grid.getByRole('columnheader', { name: new RegExp(`^${name} `) })
  await head('c1').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Freeze columns up to here' }).click()
  await head('c2').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Hide the column' }).click()
  await expect(head('c2')).toBeHidden()
  // By key: the third takes the place of the first.
  await grid.getByRole('gridcell').nth(2).click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Alt+ArrowLeft')
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(page.locator(':focus')).toContainText('c3')
  await page.keyboard.press('ControlOrMeta+End')
  await expect(grid.getByRole('gridcell', { name: '1799', exact: true })).toBeInViewport()
  await expect(head('c3')).toBeInViewport()
  await expect(head('c0')).toBeInViewport()
  expect(await grid.getByRole('gridcell').count()).toBeLessThan(1_500)
  await page.keyboard.press('F5')
  await expect(head('c3')).toHaveAttribute('aria-colindex', '2')
  await expect(head('c2')).toBeHidden()
})

async function read(page: Page, openApp: () => Promise<Page>, sql: string) {
  await openApp()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
  await writeSql(page, page.locator('.cm-content').first(), sql)
  await page.keyboard.press('F5')
  const grid = page.getByRole('grid', { name: 'Data output' })
  await expect(page.getByText(/^Total rows: /)).toBeVisible()
  return grid
}
