import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { Kwargs } from '#shared/model/expectation.ts'
import { callApp, takeInOrders, validated } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'

/** What came of an expectation in run after run, and one run beside another. */

test('the history of an expectation is drawn and told, and leads to its runs; two runs are compared', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  const { client, close } = await callApp(app)
  const add = async (type: string, kwargs: Kwargs) => {
    const input = { type, kwargs, severity: 'critical', description: null, notes: null } as const
    return (await client.expectations.create({ assetId, input })).id
  }
  await add('expect_table_row_count_to_be_between', { min_value: 900, max_value: 1_004 })
  await add('expect_column_values_to_not_be_null', { column: 'email', mostly: 0.9 })
  const removed = await add('expect_column_values_to_not_be_null', { column: 'shipped_at' })
  for (let day = 1; day <= 7; day += 1) {
    await database.run(`INSERT INTO sales.orders SELECT id + 100000 * ${day}, NULL, status, amount, ordered_at, shipped_at, code
      FROM sales.orders WHERE id = ${day}`)
    await validated(client, assetId)
  }
  await client.expectations.remove({ id: removed })
  await add('expect_column_max_to_be_between', { column: 'amount', max_value: 1_000_000 })
  const runId = await validated(client, assetId)
  close()

  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/runs/${runId}`)
  const history = page.getByRole('dialog', { name: 'History' })
  await page.getByRole('button', { name: /^More about: The number of rows/ }).click()
  await page.getByRole('menuitem', { name: 'History of this expectation' }).click()
  const lines = history.getByRole('table', { name: 'Runs, newest first' })
  await expect(lines.getByRole('row')).toHaveCount(9)
  await expect(lines.getByRole('row').nth(1)).toContainText(/Failed\s*1007\s*at least 900 and at most 1,004/)
  await expect(lines.getByRole('row').nth(8)).toContainText(/Passed\s*1001/)
  // Eight points: four that hold, four that do not, each with a shape of its own.
  const plot = history.getByRole('region', { name: /^Observed value over 8 runs/ })
  await expect(plot.locator('.recharts-line-dots circle, .recharts-line-dots rect')).toHaveCount(8)
  await expect(plot.locator('.recharts-line-dots rect')).toHaveCount(4)
  await look(page, 'expectation-history')
  expect(await violations(page)).toEqual([])
  // The arrow keys walk, and say what is there.
  await plot.locator('.recharts-surface').first().focus()
  await page.keyboard.press('ArrowRight')
  await expect(plot.getByText(/expected at least 900 and at most 1,004/)).toBeVisible()
  await lines.getByRole('row').nth(8).getByRole('link').click()
  await expect(page).not.toHaveURL(new RegExp(runId))
  await expect(
    page
      .getByText('1001', { exact: true })
      .or(page.getByText('1,001', { exact: true }))
      .first(),
  ).toBeVisible()

  await page.goto(`${new URL(page.url()).origin}/#/runs/${runId}`)
  await page.getByRole('button', { name: 'Compare with another run' }).click()
  const comparison = page.getByRole('dialog', { name: 'Compare two runs' })
  await expect(comparison.getByRole('region', { name: 'Only in this run' })).toContainText('The maximum of amount')
  await expect(comparison.getByRole('region', { name: 'Only in the other run' })).toContainText('Values of shipped_at are not null')
  await comparison.getByRole('combobox').click()
  await page.getByRole('option').last().click()
  const failing = comparison.getByRole('region', { name: 'Fails now, and did not then' })
  await expect(failing.getByRole('row').nth(1)).toContainText(/The number of rows.*Passed\s*1001.*Failed\s*1007/s)
  await expect(comparison.getByRole('region', { name: 'Same outcome, other figures' })).toContainText('Values of email')
  await look(page, 'run-comparison')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')

  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations`)
  await page.getByRole('button', { name: /Values of email are not null/ }).focus()
  await page.keyboard.press('h')
  await expect(history.getByRole('region', { name: /^Share of values that fail over 8 runs/ })).toBeVisible()
})

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
