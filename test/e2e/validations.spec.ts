import { AxeBuilder } from '@axe-core/playwright'
import { takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { startApp } from './support/running-app.ts'

test('a renamed column fails the schema expectation, mending it passes, and both runs outlive the program', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  const title = page.getByRole('heading', { level: 1 })
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)
  await page.getByRole('button', { name: 'Validate', exact: true }).click()
  await expect(title).toContainText('Passed')

  await database.run('ALTER TABLE sales.orders RENAME COLUMN email TO e_mail')
  await page.getByRole('button', { name: 'Validate again' }).click()
  await expect(title).toContainText('Failed')
  // Another run is another screen, which begins at its top.
  await expect(page.getByRole('main')).toBeFocused()
  await expect(page).toHaveTitle('orders · Run · Plumbline')
  const results = page.getByRole('list', { name: 'Results' })
  await expect(results.locator('dt', { hasText: 'Missing' }).locator('+ dd')).toHaveText('email')
  await expect(results.locator('dt', { hasText: 'Unexpected' }).locator('+ dd')).toHaveText('e_mail')

  await database.run('ALTER TABLE sales.orders RENAME COLUMN e_mail TO email')
  await page.getByRole('button', { name: 'Validate again' }).click()
  await expect(title).toContainText('Passed')

  await page.goto('about:blank')
  await app.stop()
  const later = await startApp({ dataFolder: app.dataFolder })
  try {
    const context = await page.context().browser()?.newContext()
    const laterPage = await context?.newPage()
    if (laterPage === undefined) throw new Error('There is no browser.')
    await laterPage.goto(later.link)
    await laterPage.getByRole('link', { name: 'Runs', exact: true }).click()
    await expect(laterPage.getByRole('list', { name: 'Runs of orders, oldest first' }).getByRole('link')).toHaveCount(3)
    await laterPage.getByRole('link', { name: /^Failed, / }).click()
    await expect(laterPage.getByRole('list', { name: 'Results' })).toContainText('e_mail')
    await context?.close()
  } finally {
    await later.stop()
  }
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no screen of assets, expectations and runs breaks a rule of accessibility, ${colorScheme}`, async ({
    app,
    page,
    openApp,
    database,
  }) => {
    const { assetId } = await takeInOrders(app, database)
    await page.emulateMedia({ colorScheme })
    await openApp()
    const { origin } = new URL(page.url())
    await page.goto(`${origin}/#/assets/${assetId}`)
    await page.getByRole('button', { name: 'Profile Data' }).click()
    await expect(page.getByText('1,000 rows')).toBeVisible()
    await database.run('ALTER TABLE sales.orders RENAME COLUMN email TO e_mail')
    await page.getByRole('button', { name: 'Validate', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed')

    const found: string[] = []
    const look = async (screen: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      found.push(...violations.map(({ id, nodes }) => `${screen}: ${id}: ${nodes[0]?.html ?? ''}`))
    }
    await look('run')
    for (const path of ['assets', `assets/${assetId}`, `assets/${assetId}/expectations`, `assets/${assetId}/validations`, 'runs']) {
      await page.goto(`${origin}/#/${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
      await look(path)
    }
    await page.goto(`${origin}/#/assets/${assetId}/expectations/new`)
    await look('pick an expectation')
    await page.getByRole('dialog').getByRole('button', { name: 'Column values to be between' }).click()
    await look('form')
    expect(found).toEqual([])
  })
}
