import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './support/fixtures.ts'

test('the sample breaks, is mended, stops, starts again, and leaves nothing', async ({ page, app, openApp }) => {
  test.setTimeout(600_000)
  await openApp()
  await page.getByRole('button', { name: 'Try the sample database' }).click()
  await expect(page.getByRole('heading', { name: 'Select tables' })).toBeVisible({ timeout: 240_000 })
  await page.getByRole('checkbox', { name: /^Select all/ }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /^Add \d+ Assets$/ }).click()
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible()

  const home = () => page.getByRole('link', { name: 'Home', exact: true }).click()
  const validateAll = async () => {
    await page.getByRole('link', { name: 'Data assets', exact: true }).click()
    await page.getByRole('checkbox', { name: /Select all/ }).check()
    await page.getByRole('button', { name: /Validate selected|Validate \d+/ }).click()
    await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  }

  await home()
  await page.getByRole('button', { name: 'Break something' }).click()
  await expect(page.getByRole('button', { name: 'Mend it' })).toBeVisible()
  await validateAll()
  await expect(page.getByRole('main').getByText('Failed', { exact: true }).first()).toBeVisible()

  await home()
  await page.getByRole('button', { name: 'Mend it' }).click()
  await expect(page.getByRole('button', { name: 'Break something' })).toBeVisible()
  await validateAll()
  await home()
  await expect(page.getByText('Every data asset passed its last validation.')).toBeVisible()

  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Start the sample' }).click()
  await expect(page.getByRole('button', { name: 'Break something' })).toBeVisible()

  await page.getByRole('button', { name: 'Remove the sample' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Remove/ })
    .click()
  await expect(page.getByRole('button', { name: 'Try the sample database' })).toBeVisible()
  await page.getByRole('link', { name: 'Data sources', exact: true }).click()
  await expect(page.getByText('No data source yet')).toBeVisible()
  const left = join(app.dataFolder, 'sample')
  await expect.poll(() => (existsSync(left) ? readdirSync(left) : [])).toEqual([])
})
