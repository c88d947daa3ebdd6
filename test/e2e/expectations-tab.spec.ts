import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { callApp, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(' ')}`)
}

test('the expectations of an asset are found by column and by issue, walked by keys, and changed in place', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  const { client, close } = await callApp(app)
  const add = (type: string, kwargs: Record<string, string | number>) =>
    client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })
  await add('expect_column_values_to_not_be_null', { column: 'email' })
  await add('expect_column_values_to_be_unique', { column: 'email' })
  await add('expect_column_max_to_be_between', { column: 'amount', max_value: 2_000 })
  await add('expect_column_pair_values_a_to_be_greater_than_b', { column_A: 'shipped_at', column_B: 'ordered_at' })
  close()
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations`)
  const headings = page.getByRole('tabpanel').getByRole('heading', { level: 2 })
  await expect(headings).toHaveText(['Schema 1', 'Completeness 1', 'Uniqueness 1', 'Numeric 2'])

  await page.getByText('By column', { exact: true }).click()
  await expect(headings).toHaveText(['Whole table 1', 'email 2', 'amount 1', 'Several columns 1'])
  await expect(page.getByText('5 expectations: 5 not validated')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await look(page, 'tab-by-column')
  await page.reload()
  await expect(headings, 'the way of grouping is remembered').toHaveText(['Whole table 1', 'email 2', 'amount 1', 'Several columns 1'])

  const search = page.getByRole('searchbox', { name: 'Search expectations of this asset' })
  await search.fill('email uni')
  await expect(page.getByText('1 of 5 expectations: 1 not validated')).toBeVisible()
  await search.fill('nothing like it')
  await look(page, 'tab-nothing-found')
  await page.getByRole('button', { name: 'Clear the search' }).click()

  // By keys alone: down two, duplicate, give it up, delete, undo.
  const sentence = (text: string) => page.getByRole('button', { name: text })
  await page.getByRole('button', { name: /^The columns are exactly/ }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(sentence('Values of email are unique')).toBeFocused()
  await page.keyboard.press('d')
  const panel = page.getByRole('dialog')
  await expect(panel.getByRole('heading', { name: 'Duplicate expectation' })).toBeVisible()
  await panel.getByRole('textbox', { name: 'Share of rows that must hold' }).fill('90')
  await page.keyboard.press('Control+Enter')
  await expect(panel).toBeHidden()
  await expect(sentence('Values of email are unique, in at least 90 % of rows')).toBeVisible()
  await page.getByRole('button', { name: 'Values of email are unique', exact: true }).focus()
  await page.keyboard.press('Delete')
  await expect(page.getByRole('button', { name: 'Values of email are unique', exact: true })).toHaveCount(0)
  await expect(sentence('Values of email are unique, in at least 90 % of rows')).toBeFocused()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: 'Values of email are unique', exact: true })).toBeVisible()

  const amount = page.getByRole('listitem').filter({ hasText: 'maximum of amount' })
  await amount.getByRole('button', { name: /^Severity/ }).click()
  await page.getByRole('menuitem', { name: 'Info' }).click()
  await expect(amount).toContainText('Info')

  await page.getByRole('button', { name: 'Validate', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed')
  await page.goBack()
  await expect(page.getByText('6 expectations: 3 failed, 3 passed')).toBeVisible()
  await look(page, 'tab-validated')
})

test('the gallery shows every type with a sentence on the table’s own columns, and leads to the form by keys alone', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  const { client, close } = await callApp(app)
  await client.assets.measureProfile({ id: assetId, taskId: crypto.randomUUID() })
  close()
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations/new`)
  const panel = page.getByRole('dialog')
  const search = panel.getByRole('searchbox', { name: 'Search expectations' })
  await expect(search).toBeFocused()
  await expect.poll(() => panel.locator('[data-choice]').count()).toBeGreaterThan(50)
  await expect(panel.getByText('From the profile: Values of amount are at least -5.00 and at most 1000.00')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await look(page, 'gallery')

  await panel.getByRole('group', { name: 'Data quality issue' }).getByText('Uniqueness').click()
  await expect(panel.getByRole('heading', { level: 3 })).toHaveText(['Uniqueness'])
  await panel.getByRole('group', { name: 'Data quality issue' }).getByText('All').click()
  await search.fill('like pattern list')
  await expect(panel.getByText('2 expectations')).toBeVisible()
  await search.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('heading', { name: 'Column values to match like pattern list' })).toBeVisible()
})
