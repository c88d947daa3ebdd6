import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(' ')}`)
}

test('an expectation is tried on the data while it is filled in', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations`)
  await page.getByRole('button', { name: 'Add an Expectation' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByRole('button', { name: /^Column values to be between/ }).click()
  const preview = panel.getByRole('region', { name: 'On the data as they are now' })
  await expect(preview.getByRole('button', { name: 'Try it on the data' })).toBeDisabled()
  await panel.getByRole('combobox', { name: 'Column' }).click()
  await page.getByRole('option', { name: /^amount/ }).click()
  await panel.getByRole('textbox', { name: 'Lowest' }).fill('-1000')
  await preview.getByRole('button', { name: 'Try it on the data' }).click()
  await expect(preview.getByText('Would pass now')).toBeVisible()
  await expect(preview.getByText(/^Would pass now.*100 % of .* hold\./)).toBeVisible()
  await panel.getByRole('textbox', { name: 'Highest' }).fill('1')
  await expect(preview.getByText('Would fail now'), 'what is typed after the first look is looked at by itself').toBeVisible()
  expect(await violations(page)).toEqual([])
  await look(page, 'preview')

  // Only some rows: built, tried, stored, and there again when it is edited.
  await panel.getByRole('button', { name: 'Only some rows' }).click()
  await panel.getByRole('combobox', { name: 'Column of the condition' }).click()
  await page.getByRole('option', { name: 'status', exact: true }).click()
  await panel.getByRole('textbox', { name: 'Value of the condition' }).fill('no such status')
  await expect(preview.getByText(/no value to judge in 0 rows/)).toBeVisible()
  await panel.getByRole('button', { name: 'Or', exact: true }).click()
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel.getByText('Pick a column.', { exact: true }).first()).toBeVisible()
  const second = panel.getByRole('group', { name: 'Rows where, way 2' })
  await second.getByRole('combobox', { name: 'Column of the condition' }).click()
  await page.getByRole('option', { name: 'amount', exact: true }).click()
  await second.getByRole('combobox', { name: 'How it compares' }).click()
  await page.getByRole('option', { name: 'is missing', exact: true }).click()
  await expect(panel.getByRole('status', { name: 'The sentence this makes' })).toContainText(
    'where status is no such status or amount is missing',
  )
  expect(await violations(page)).toEqual([])
  await look(page, 'condition')
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel).toBeHidden()
  await page.getByRole('button', { name: /where status is no such status or amount is missing$/ }).click()
  await expect(page.getByRole('dialog').getByRole('group', { name: 'Rows where, way 2' })).toBeVisible()
})

test('what the table speaks for is suggested, tried, dismissed and added; and a run shows its plan before it', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  await database.run('ANALYZE')
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations`)
  await page.getByRole('button', { name: 'Suggest' }).click()
  const panel = page.getByRole('dialog')
  const list = panel.getByRole('list', { name: 'Suggestions' })
  await expect(list.getByRole('listitem').first()).toBeVisible()
  await look(page, 'suggestions')
  expect(await violations(page)).toEqual([])
  const before = await list.getByRole('listitem').count()
  await panel.getByRole('button', { name: 'Try all on the data' }).click()
  await expect(panel.getByText(/\d+ of \d+ would pass now\./)).toBeVisible()
  await look(page, 'suggestions-tried')
  expect(await violations(page)).toEqual([])
  await list
    .getByRole('button', { name: /^Dismiss/ })
    .first()
    .click()
  await expect(list.getByRole('listitem')).toHaveCount(before - 1)
  await panel.getByRole('button', { name: /^Add \d+ expectations?$/ }).click()
  await expect(panel).toBeHidden()
  await expect(page.getByText(/expectations? added to orders/)).toBeVisible()

  await page.getByRole('button', { name: 'Plan of the next run' }).click()
  const plan = page.getByRole('dialog', { name: 'Plan of the next run' })
  await expect(plan.getByText(/ to read/)).toBeVisible()
  await look(page, 'plan')
  expect(await violations(page)).toEqual([])
  await plan.getByRole('button', { name: 'Validate' }).click()
  await expect(page.getByRole('heading', { level: 1, name: /orders/ })).toBeVisible()
  await expect(page.getByText(/passed|failed/i).first()).toBeVisible()
  await look(page, 'run-with-proofs')
})

test('a suite parameter stands in a field for its value, and follows it', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations`)
  await page.getByRole('button', { name: 'Parameters' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByRole('button', { name: 'Add a parameter' }).click()
  await panel.getByRole('textbox', { name: 'Name of parameter 1' }).fill('most')
  await panel.getByRole('textbox', { name: 'Value of parameter 1' }).fill('250')
  expect(await violations(page)).toEqual([])
  await look(page, 'parameters')
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel).toBeHidden()
  await page.getByRole('button', { name: 'Add an Expectation' }).click()
  await panel.getByRole('button', { name: /^Column values to be between/ }).click()
  await panel.getByRole('combobox', { name: 'Column' }).click()
  await page.getByRole('option', { name: /^amount/ }).click()
  const highest = panel.getByRole('textbox', { name: 'Highest' })
  await highest.fill('$mast * 10')
  await highest.blur()
  await expect(panel.getByText('No value was given for the suite parameter "mast".')).toBeVisible()
  await highest.fill('$most * 10')
  await expect(panel.getByRole('status', { name: 'The sentence this makes' })).toContainText('at most 2500')
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel).toBeHidden()
  await expect(page.getByRole('button', { name: 'Values of amount are at most 2500' })).toBeVisible()

  // Or it follows what earlier runs saw.
  await page.getByRole('button', { name: 'Add an Expectation' }).click()
  await panel.getByRole('button', { name: /^Table row count to be between/ }).click()
  await panel.getByText('Follow earlier runs', { exact: true }).click()
  await panel.getByRole('textbox', { name: 'By at most' }).fill('20')
  await expect(panel.getByRole('status', { name: 'The sentence this makes' })).toContainText('within 20 % of the mean of the last 5 runs')
  expect(await violations(page)).toEqual([])
  await look(page, 'follow')
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel).toBeHidden()
  await page.getByRole('button', { name: /^The number of rows.*within 20 % of the mean of the last 5 runs$/ }).click()
  await expect(panel.getByRole('textbox', { name: 'By at most' })).toHaveValue('20')
})
