import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'

const shop = `
  CREATE TABLE public.orders (id int PRIMARY KEY, customer text, amount numeric(10,2));
  INSERT INTO public.orders SELECT n, 'customer ' || n % 7, n FROM generate_series(1, 500) n;
  CREATE TABLE public."Mixed Case" ("Id" int PRIMARY KEY);
  CREATE VIEW public.big_orders AS SELECT * FROM public.orders WHERE amount > 400;
`

test('role, data source, connect, tables, expectations, add, validate, on a server whose superuser is given', async ({
  page,
  openApp,
  database,
}) => {
  await database.run(shop)
  const role = `gx_${database.database}`
  await openApp()
  await page.getByRole('link', { name: 'Connect to PostgreSQL' }).first().click()

  await atStep(page, 'Prerequisites')
  // The step's heading has the focus, and Enter goes on.
  await expect(page.getByRole('heading', { name: 'Prerequisites' })).toBeFocused()
  await page.keyboard.press('Enter')

  await atStep(page, 'Role')
  await page.getByRole('textbox', { name: 'Role name' }).fill(role)
  await page.getByRole('textbox', { name: 'Database' }).fill(database.database)
  await page.getByRole('button', { name: 'Make a password' }).click()
  await expect(page.getByLabel('Script that makes the role')).toContainText(`CREATE ROLE ${role} WITH LOGIN NOINHERIT`)
  await page.keyboard.press('F5')
  const dialog = page.getByRole('dialog', { name: 'Connect as an administrator' })
  await dialog.getByRole('textbox', { name: 'Connection string' }).fill(database.connectionString)
  await dialog.getByRole('button', { name: 'Connect and execute' }).click()
  await expect(page.getByText(`The role ${role} was made.`)).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()

  await atStep(page, 'Data source')
  await expect(page.getByRole('textbox', { name: 'Connection string' })).toHaveValue(
    `postgresql://${role}@${database.host}:${database.port}/${database.database}`,
  )
  await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()

  await atStep(page, 'Connect')
  await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()

  await atStep(page, 'Select tables')
  await page.getByRole('option', { name: /^orders\s*public/ }).click()
  await page.getByRole('option', { name: /^big_orders\s*public/ }).click()
  await expect(page.getByText('2 tables selected')).toBeVisible()

  // Another screen and back, a reload, the browser's back button: nothing is lost.
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.goBack()
  await expect(page.getByText('2 tables selected')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await atStep(page, 'Expectations')
  await page.goBack()
  await atStep(page, 'Select tables')
  await page.goForward()
  await atStep(page, 'Expectations')
  await page.reload()
  await atStep(page, 'Expectations')
  await expect(page.getByRole('switch', { name: 'Column changes' })).toBeChecked()
  await expect(page.getByText(/columns are exactly/)).toContainText(/id, customer, amount/)
  await page.getByRole('button', { name: 'Continue' }).click()

  await page.getByRole('button', { name: 'Add 2 Assets' }).click()
  await atStep(page, 'Done')
  await expect(page.getByRole('list', { name: 'Added data assets' }).getByRole('listitem')).toHaveCount(2)
  await page.getByRole('button', { name: 'Validate now' }).click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await expect(page.getByRole('main').getByText('Passed', { exact: true })).toHaveCount(2)
})

async function atStep(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { name, level: 2, exact: true })).toBeVisible()
}
