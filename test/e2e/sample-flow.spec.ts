import { expect, test } from './support/fixtures.ts'
import { countClicks } from './support/page-problems.ts'

test('from the welcome screen to the first validation of the sample in under 12 clicks', async ({ page, openApp }) => {
  test.setTimeout(600_000)
  const clicks = await countClicks(page)
  await openApp()

  await page.getByRole('button', { name: 'Try the sample database' }).click()
  await expect(page.getByRole('heading', { name: 'Select tables' })).toBeVisible({ timeout: 240_000 })
  await page.getByRole('checkbox', { name: /^Select all/ }).check()
  await expect(page.getByText(/^\d+ tables selected$/)).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()

  await expect(page.getByRole('switch', { name: 'Column changes' })).toBeChecked()
  await page.getByRole('button', { name: 'Continue' }).click()

  await page.getByRole('button', { name: /^Add \d+ Assets$/ }).click()
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible()
  const added = page.getByRole('list', { name: 'Added data assets' }).getByRole('listitem')
  await expect(added.nth(9)).toBeVisible()
  const count = await added.count()
  await page.getByRole('button', { name: 'Validate now' }).click()

  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await expect(page.getByRole('main').getByText('Passed', { exact: true })).toHaveCount(count)
  test.info().annotations.push({ type: 'clicks', description: String(clicks()) })
  expect(clicks()).toBeLessThan(12)
})
