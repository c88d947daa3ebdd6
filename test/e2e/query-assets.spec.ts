import { takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { writeSql } from './support/sql-editor.ts'

test('a query of one’s own is a data asset: what is wrong with it stands at the field, then it is validated and edited', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await takeInOrders(app, database)
  await openApp()
  await page.getByRole('link', { name: 'Data assets', exact: true }).click()
  await page.getByRole('button', { name: 'Add data assets' }).click()
  await page.getByRole('menuitem', { name: 'A query of your own…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New query asset' })
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.type('Large orders')
  const query = dialog.getByRole('textbox', { name: 'Query' })
  await writeSql(page, query, 'SELECT id, total FROM sales.orders')
  await dialog.getByRole('button', { name: 'Add data asset' }).click()
  await expect(dialog.getByText('A column is missing: column "total" does not exist.')).toBeVisible()
  await writeSql(page, query, 'SELECT id, amount FROM sales.orders WHERE amount > 900')
  await dialog.getByRole('button', { name: 'Add data asset' }).click()

  await expect(page.getByRole('heading', { name: 'Large orders', level: 1 })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Query' })).toContainText('amount > 900')
  await expect(page.getByRole('table').getByRole('row', { name: /amount/ })).toContainText('numeric(10,2)')
  await page.getByRole('button', { name: 'Validate', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Passed')

  await page.goBack()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Edit query…' }).click()
  const edit = page.getByRole('dialog', { name: 'Query of Large orders' })
  await writeSql(page, edit.getByRole('textbox', { name: 'Query' }), 'SELECT id, amount, status FROM sales.orders WHERE amount > 900')
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(edit).toBeHidden()
  await expect(page.getByRole('table').getByRole('row', { name: /status/ })).toBeVisible()
})
