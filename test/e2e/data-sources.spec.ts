import { callApp, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'

test('a data source is copied, marked read only, and asks before it is connected elsewhere', async ({ app, page, openApp, database }) => {
  const { dataSourceId } = await takeInOrders(app, database)
  await openApp()
  const origin = new URL(page.url()).origin
  await page.goto(`${origin}/#/data-sources/${dataSourceId}`)
  await page.getByRole('button', { name: 'Duplicate' }).click()
  await expect(page.getByRole('heading', { name: 'Shop copy', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()

  await page.getByRole('switch', { name: 'Read only' }).click({ force: true })
  await expect(page.getByRole('switch', { name: 'Read only' })).toBeChecked()
  await page.getByRole('main').getByRole('link', { name: 'Query' }).click()
  const readOnly = page.getByRole('toolbar', { name: 'Query' }).getByRole('switch', { name: 'Read only' })
  await expect(readOnly).toBeChecked()
  await expect(readOnly).toBeDisabled()

  await page.goto(`${origin}/#/data-sources/${dataSourceId}`)
  await page
    .getByRole('button', { name: /^(Edit|Change)/ })
    .first()
    .click()
  const text = page.getByRole('textbox', { name: 'Connection string' })
  await expect(text).toHaveValue(new RegExp(database.database))
  await text.fill((await text.inputValue()).replace(database.database, 'postgres'))
  await page.getByRole('button', { name: 'Save and test' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect Shop elsewhere' })
  await expect(dialog).toContainText('1 data asset with 1 expectation')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  // A password in the string moves to its own field, where it is masked.
  await text.fill(`postgresql://reader:typed-in@db.invalid/${database.database}`)
  await text.press('Tab')
  await expect(text).toHaveValue(`postgresql://reader@db.invalid:5432/${database.database}`)
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('typed-in')
  const { client, close } = await callApp(app)
  expect((await client.dataSources.get({ id: dataSourceId })).database).toBe(database.database)
  close()
})

test('in the wizard a name that is taken is told at its field, and what was connected is what one works with from then on', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await takeInOrders(app, database)
  await openApp()
  const current = page.getByRole('banner').getByRole('button', { name: /^Data source:/ })
  await expect(current).toContainText('Shop')
  await page.goto(`${new URL(page.url()).origin}/#/setup/data-source`)
  const name = page.getByRole('textbox', { name: 'Data Source name' })
  await name.fill('Shop')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(database.connectionString)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByText('There is a data source named “Shop” already. Choose another name.')).toBeVisible()
  await expect(name).toHaveAttribute('aria-invalid', 'true')

  await name.fill('Second shop')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
  await expect(current).toContainText('Second shop')
})
