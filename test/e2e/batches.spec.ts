import { choose, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'

test('an asset is cut into days, and a run reads the day that is picked', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  const sent: string[] = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())))
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Batches…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Batches of orders' })
  await dialog.getByText('Monthly').click()
  await choose(page, 'Column', 'ordered_at')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('monthly batches by ordered_at')).toBeVisible()

  const picker = page.getByRole('combobox', { name: 'Batch to validate' }).or(page.getByRole('textbox', { name: 'Batch to validate' }))
  await expect(picker).toHaveValue('Newest batch')
  // Its answer comes after whatever the page asked for when it was opened.
  await page.getByRole('tab', { name: 'Validations' }).click()
  await expect(page.getByText('Not validated yet')).toBeVisible()
  const asked = () => sent.filter((frame) => frame.includes('assets/batches')).length
  expect(sent.filter((frame) => frame.includes('validations/list')).length, 'calls are seen here by their paths').toBeGreaterThan(0)
  expect(asked(), 'listing the batches may read the whole table: a visit does not').toBe(0)
  await picker.click()
  await expect(page.getByRole('option', { name: 'Newest batch (2026-02)' })).toBeVisible()
  expect(asked()).toBe(1)
  await page.keyboard.press('Escape')
  await choose(page, 'Batch to validate', '2026-01')
  await page.getByRole('button', { name: 'Validate', exact: true }).first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Passed')
  await expect(page.getByText('Batch: 2026-01 by ordered_at')).toBeVisible()
  await expect(page.getByText(/Only rows whose ordered_at is from 2026-01-01 .* until before 2026-02-01/)).toBeVisible()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Runs', exact: true }).click()
  await expect(page.getByRole('table').getByText('2026-01 by ordered_at')).toBeVisible()
})
