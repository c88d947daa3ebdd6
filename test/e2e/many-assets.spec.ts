import { callApp } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'

test('a thousand data assets: searched, filtered and picked by ranges, of which only those that are seen exist', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(`DO $$ BEGIN
    FOR s IN 1..10 LOOP EXECUTE format('CREATE SCHEMA s%s', s);
      FOR t IN 1..100 LOOP EXECUTE format('CREATE TABLE s%s.t%s (id int)', s, lpad(t::text, 3, '0')); END LOOP;
    END LOOP; CREATE VIEW s1.v AS SELECT 1 AS id; END $$`)
  const { client, close } = await callApp(app)
  const { id } = await client.dataSources.create({
    name: 'Many',
    connectionString: database.connectionString,
    sslmode: 'disable',
    plaintextConsent: false,
    savePassword: false,
    environment: 'none',
  })
  const relations = (await client.dataSources.relations({ id })).map(({ schema, name }) => ({ schema, name }))
  const { added } = await client.assets.add({ taskId: crypto.randomUUID(), dataSourceId: id, relations, generate: ['column-changes'] })
  expect(added).toHaveLength(1_001)
  close()

  await openApp()
  await page.getByRole('link', { name: 'Data assets', exact: true }).click()
  const list = page.getByRole('region', { name: 'Data assets', exact: true })
  const rows = list.getByRole('row')
  await expect(list.getByRole('table')).toHaveAttribute('aria-rowcount', '1002')
  expect(await rows.count(), 'rows that are drawn').toBeLessThan(60)
  await list.focus()
  await page.keyboard.press('End')
  await expect(rows.last()).toContainText('view')

  await page.getByRole('combobox', { name: 'Schema' }).click()
  await page.getByRole('option', { name: 's7', exact: true }).click()
  await expect(page.getByText('100 rows')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select s7.t002' }).click()
  await page.getByRole('checkbox', { name: 'Select s7.t009' }).click({ modifiers: ['Shift'] })
  await expect(page.getByRole('button', { name: 'Validate 8 selected' })).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select s7.t003' }).click()
  await page.getByRole('checkbox', { name: 'Select s7.t008' }).click({ modifiers: ['Shift'] })
  await expect(page.getByRole('button', { name: 'Validate 2 selected' })).toBeVisible()

  // What is not shown stays as it is.
  await page.getByRole('searchbox', { name: 'Search data assets' }).fill('t05')
  await page.getByRole('checkbox', { name: 'Select all shown' }).check()
  await expect(page.getByRole('button', { name: 'Validate 12 selected' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search data assets' }).fill('nowhere')
  await expect(page.getByText('No data asset fits the search and the filters.')).toBeVisible()
})
