import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { callApp, takeInOrders, validated } from './expectations-support.ts'
import { expectEveryKind } from './support/every-failure.ts'
import { expect, test } from './support/fixtures.ts'

test('a run with failures of every kind is summed up, drawn, filtered and compared with the run before', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  const { client, close } = await callApp(app)
  await expectEveryKind(client, assetId)
  await database.run("UPDATE sales.orders SET email = 'buyer' || id WHERE email IS NULL")
  await validated(client, assetId)
  await database.run('UPDATE sales.orders SET email = NULL WHERE id = 7; UPDATE sales.orders SET amount = 5 WHERE amount < 0')
  const runId = await validated(client, assetId)
  close()
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/runs/${runId}`)
  const list = page.getByRole('list', { name: 'Results' })
  const result = (sentence: string | RegExp) => list.getByRole('listitem').filter({ hasText: sentence })

  const summary = page.getByRole('region', { name: 'Summary' })
  await expect(summary).toContainText('Of 22 expectations, 13 failed and 2 could not be evaluated')
  await expect(summary.getByRole('row', { name: 'Critical' })).toHaveText(/5\s*0\s*2/)

  // What failed first; of that, the table and then columns by their names.
  await expect(list.getByRole('heading', { level: 2 })).toContainText([
    'Whole table',
    'Several columns',
    'amount',
    'email',
    'ordered_at',
    'status',
    // What could not be evaluated.
    'code',
    'phone',
  ])
  await expect(result('The number of rows is at least').getByRole('img')).toHaveAccessibleName(
    'Observed 1,000, expected at least 1 and at most 500',
  )
  await expect(result('exactly new, paid, returned').locator('dt', { hasText: 'Missing' }).locator('+ dd')).toHaveText('returned')
  await expect(result('exactly new, paid, returned').locator('dt', { hasText: 'Unexpected' }).locator('+ dd')).toHaveText(
    /shipped 332 rows\s*lost 1 row/,
  )
  await expect(result('in this order').getByRole('row').nth(1)).toHaveText('2statusemail')
  await expect(result('Quantiles of amount').getByRole('row', { name: /^0\.5 / })).toContainText('at least 450 and at most 480499, outside')
  await expect(page.getByRole('table', { name: 'Expected and observed distribution' }).getByRole('row', { name: 'new' })).toHaveText(
    'new59.4 %33.3 %',
  )
  await expect(result('greater than ordered_at')).toContainText('99.90 % of values, all must')

  await summary.getByRole('button', { name: '1 new failure' }).click()
  await expect(page.getByText('1 of 22 results')).toBeVisible()
  await expect(result('Values of email are not null')).toContainText('New failure')
  await summary.getByRole('button', { name: '1 new failure' }).click()

  await page.getByRole('combobox', { name: 'Filter by severity' }).click()
  await page.getByRole('option', { name: 'Info' }).click()
  await page.getByRole('switch', { name: 'Failures only' }).click()
  await expect(page.getByText('4 of 22 results')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search results' }).fill('sum amount')
  await expect(page.getByText('1 of 22 results')).toBeVisible()
  await list.getByRole('button', { name: /^amount/ }).click()
  await expect(result('The sum of amount')).toHaveCount(0)
  await list.getByRole('button', { name: /^amount/ }).click()

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: /^More about: The sum of amount/ }).click()
  await page.getByRole('menuitem', { name: 'Copy sentence' }).click()
  await expect(page.getByText('Sentence copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('The sum of amount is greater than 0 and at most 100')

  await page.reload()
  await expect(list).toBeVisible()
  await page
    .getByRole('navigation', { name: 'Contents' })
    .getByRole('button', { name: /^status/ })
    .click()
  await expect(result('The divergence of status')).toBeInViewport()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await violations(page), colorScheme).toEqual([])
  }

  await page.getByRole('button', { name: /^More about: The divergence of status/ }).click()
  await page.getByRole('menuitem', { name: 'Edit expectation' }).click()
  await expect(page.getByRole('dialog', { name: 'Edit expectation' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  // A filter is of the run that it was set at: the first one has no run before it, and no button to undo it.
  await page.getByRole('tab', { name: 'Validations' }).click()
  await summary.getByRole('button', { name: '1 new failure' }).click()
  await expect(page.getByText('1 of 22 results')).toBeVisible()
  await page.getByRole('list', { name: 'Runs of orders, oldest first' }).getByRole('button').first().click()
  await expect(page.getByText('22 results', { exact: true })).toBeVisible()
  await expect(page).toHaveTitle('orders · Data asset · Plumbline')
})

test('of a thousand results only those in sight exist, and the contents lead to any of them', async ({ app, page, openApp, database }) => {
  const { dataSourceId } = await takeInOrders(app, database)
  const columns = Array.from({ length: 1_100 }, (_none, index) => `c${index} int`)
  await database.run(`CREATE TABLE sales.wide (${columns.join(', ')}); INSERT INTO sales.wide (c0) VALUES (1)`)
  const { client, close } = await callApp(app)
  const { added } = await client.assets.add({
    taskId: crypto.randomUUID(),
    dataSourceId,
    relations: [{ schema: 'sales', name: 'wide' }],
    generate: [],
  })
  const assetId = added[0]?.assetId ?? ''
  for (const index of columns.keys()) {
    const input = {
      type: 'expect_column_values_to_not_be_null',
      kwargs: { column: `c${index}` },
      severity: 'info',
      description: null,
      notes: null,
    } as const
    await client.expectations.create({ assetId, input })
  }
  const runId = await validated(client, assetId)
  close()
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/runs/${runId}`)
  await expect(page.getByText('Of 1,100 expectations, 1099 failed')).toBeVisible()
  expect(await page.locator('main *').count()).toBeLessThan(3_000)
  const contents = page.getByRole('navigation', { name: 'Contents' })
  await contents.getByRole('button').first().hover()
  await page.mouse.wheel(0, 1_000_000)
  await contents.getByRole('button', { name: 'c1099' }).click()
  await expect(page.getByRole('list', { name: 'Results' }).getByText('Values of c1099 are not null')).toBeInViewport()
  expect(await page.locator('main *').count()).toBeLessThan(3_000)
  expect(await violations(page)).toEqual([])
})

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
