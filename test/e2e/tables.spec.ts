import { callApp } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { writeSql } from './support/sql-editor.ts'

test('tables are found, ranged and taken with the keyboard alone; partitions stay folded until they are wanted', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await database.run(`
    CREATE SCHEMA crm; CREATE TABLE crm.customers (id int); COMMENT ON TABLE crm.customers IS 'Who buys';
    CREATE VIEW crm.active AS SELECT * FROM crm.customers;
    DO $$ BEGIN FOR i IN 1..9 LOOP EXECUTE format('CREATE TABLE public.item_%s (id int)', i); END LOOP; END $$;
    CREATE TABLE public.events (at date) PARTITION BY RANGE (at);
    CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`)
  const { client, close } = await callApp(app)
  const { id } = await client.dataSources.create({
    name: 'Shop',
    connectionString: database.connectionString,
    sslmode: 'disable',
    plaintextConsent: false,
    savePassword: false,
    environment: 'none',
  })
  const relations = [{ schema: 'public', name: 'item_3' }]
  await client.assets.add({ taskId: crypto.randomUUID(), dataSourceId: id, relations, generate: [] })
  close()

  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/setup/tables?source=${id}`)
  const list = page.getByRole('listbox', { name: 'Tables' })
  const options = list.getByRole('option')
  await expect(options).toHaveCount(12)
  await expect(options.filter({ hasText: 'customers' })).toContainText('Who buys')
  const status = page.getByText(/selected$/)

  // Searched as it is typed; the arrow leads into the list, Space takes, Shift with the arrow takes what it passes.
  await page.getByRole('searchbox', { name: 'Search tables' }).focus()
  await page.keyboard.type('public item')
  await expect(options).toHaveCount(9)
  await page.keyboard.press('ArrowDown')
  await expect(list).toBeFocused()
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(status, 'of four passed, one is a data asset already').toHaveText('3 tables selected')
  await expect(options.nth(2)).toContainText('Added already')
  await expect(options.nth(2)).toHaveAttribute('aria-selected', 'false')
  await page.keyboard.press('Control+A')
  await expect(status).toHaveText('8 tables selected')

  // A range is taken out again as it was taken in.
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+End')
  await expect(status).toHaveText('Nothing selected')

  // With the mouse, from the row that was clicked last.
  await options.filter({ hasText: /^item_4/ }).click()
  await options.filter({ hasText: /^item_7/ }).click({ modifiers: ['Shift'] })
  await expect(status).toHaveText('4 tables selected')

  await page.getByRole('searchbox', { name: 'Search tables' }).fill('events')
  await expect(options).toHaveCount(1)
  await expect(options).toContainText('2 partitions')
  await list.focus()
  await page.keyboard.press('ArrowRight')
  await expect(options).toHaveCount(3)
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(options).toHaveCount(1)
  await page.getByRole('searchbox', { name: 'Search tables' }).fill('2026')
  await expect(options).toHaveCount(1)
  await expect(options).toContainText('events_2026')

  // A query of one's own, in between; what is selected stays.
  await page.getByRole('button', { name: 'Add a query…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New query asset' })
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.type('Who buys')
  await writeSql(page, dialog.getByRole('textbox', { name: 'Query' }), 'SELECT id FROM crm.customers')
  await dialog.getByRole('button', { name: 'Add data asset' }).click()
  await expect(page.getByText('Who buys is a data asset now.')).toBeVisible()
  await expect(status).toHaveText('4 tables selected')

  await page.getByRole('searchbox', { name: 'Search tables' }).fill('')
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'view', exact: true }).click()
  await expect(options).toHaveCount(1)
  await page.getByRole('checkbox', { name: /^Select all that are shown/ }).check()
  await expect(status).toHaveText('5 tables selected')
  await list.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Expectations', level: 2 })).toBeVisible()
})
