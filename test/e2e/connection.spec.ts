import { expect, test } from './support/fixtures.ts'

test('a connection is said as a string or field by field, and each writes the other; no password stays in sight', async ({
  page,
  openApp,
}) => {
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/setup/data-source`)
  const text = page.getByRole('textbox', { name: 'Connection string' })
  const fields = page.getByRole('region', { name: 'Connection by fields' })
  await text.fill("host=db.example.org port=6543 dbname=shop user=reader password='two words' sslmode=require")
  await text.blur()
  await expect(text).toHaveValue('postgresql://reader@db.example.org:6543/shop?sslmode=require')
  await expect(fields.getByRole('textbox', { name: 'Host' })).toHaveValue('db.example.org')
  await expect(fields.getByRole('textbox', { name: 'Port' })).toHaveValue('6543')
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('two words')
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'password')
  await expect(page.getByText('two words')).toHaveCount(0)

  await fields.getByRole('textbox', { name: 'Database name' }).fill('other db')
  await fields.getByRole('textbox', { name: 'Schemas' }).fill('sales')
  await expect(text).toHaveValue('postgresql://reader@db.example.org:6543/other%20db?sslmode=require&options=-csearch_path%3Dsales')
  await fields.getByRole('textbox', { name: 'Port' }).fill('x')
  await expect(fields.getByText('The port must be a number from 1 to 65535.')).toBeVisible()

  await text.fill('')
  await fields.getByRole('textbox', { name: 'Host' }).fill('localhost')
  await expect(page.getByText(/The user is missing/).first()).toBeVisible()
  await fields.getByRole('textbox', { name: 'User' }).fill('me')
  await expect(text).toHaveValue(/^postgresql:\/\/me@localhost:/)
})
