import type { Page } from '@playwright/test'
import type { TestDatabase } from '#test/support/database.ts'
import { violationsInBothSchemes } from './support/accessibility.ts'
import { expect, test } from './support/fixtures.ts'

/** A database in which nobody may make temporary tables, and a role that may read its table. */
async function makeReader(database: TestDatabase, more = ''): Promise<string> {
  const role = `proof_${database.database}`
  await database.run(`CREATE TABLE public.orders (id int PRIMARY KEY, note text); REVOKE TEMPORARY ON DATABASE ${database.database} FROM PUBLIC;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT SELECT ON public.orders TO ${role}; ${more.replaceAll('$role', role)}`)
  return `postgresql://${role}:secret@${database.host}:${database.port}/${database.database}?sslmode=disable`
}

async function connect(page: Page, connectionString: string): Promise<void> {
  await page.getByRole('link', { name: 'Connect to PostgreSQL' }).first().click()
  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
  await page.getByRole('textbox', { name: 'Data Source name' }).focus()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await violationsInBothSchemes(page)).toEqual([])
}

test('a role that may only read is proven green after it connects', async ({ page, openApp, database }) => {
  const connectionString = await makeReader(database)
  await openApp()
  await connect(page, connectionString)
  const proof = page.getByRole('region', { name: 'What the role can do', exact: true })
  await expect(proof.getByText(/can read, and cannot write\.$/)).toBeVisible()
  await expect(proof.getByRole('radio', { name: 'To mend (0)' })).toBeAttached()
  await expect(proof.getByRole('radio', { name: 'Worth knowing (0)' })).toBeAttached()
  await expect(proof.getByRole('row', { name: /Writing.*No right to INSERT/ })).toBeVisible()
  await expect(proof.getByRole('button', { name: 'Run it as an administrator' })).toHaveCount(0)
  await expectAccessible(page)
})

test('a role that can write is shown as such, and is mended by an administrator', async ({ page, openApp, database }) => {
  const connectionString = await makeReader(database, 'GRANT INSERT, DELETE ON public.orders TO $role')
  await openApp()
  await connect(page, connectionString)
  await page.goto(`${page.url().split('#')[0]}#/data-sources`)
  await page.getByRole('link', { name: 'Shop' }).click()
  const proof = page.getByRole('region', { name: 'What the role can do', exact: true })
  // The right and the trial that confirms it: the sentence counts as its tabs do.
  await expect(proof.getByText(/can change things: 2 points to mend\.$/)).toBeVisible()
  await expect(proof.getByRole('radio', { name: 'To mend (2)' })).toBeAttached()
  await expect(proof.getByRole('row', { name: /public\.orders May DELETE, INSERT/ })).toBeVisible()
  await expect(proof.getByLabel('SQL that mends it')).toContainText('REVOKE DELETE, INSERT ON public.orders FROM')
  await proof.getByRole('searchbox', { name: 'Search findings and tables' }).fill('superuser')
  await expect(proof.getByRole('row', { name: /Not a superuser/ })).toBeVisible()
  await expect(proof.getByRole('row', { name: /May DELETE/ })).toHaveCount(0)
  await proof.getByRole('searchbox', { name: 'Search findings and tables' }).fill('')
  await expectAccessible(page)

  await proof.getByRole('button', { name: 'Run it as an administrator' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect as an administrator' })
  await dialog.getByRole('textbox', { name: 'Connection string' }).fill(database.connectionString)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Connect and run' }).click()
  await expect(proof.getByText('The administrator has run the script, and the role was checked again.')).toBeVisible()
  await expect(proof.getByText(/can read, and cannot write\.$/)).toBeVisible()

  await database.run(`GRANT TRUNCATE ON public.orders TO proof_${database.database}`)
  await proof.getByRole('button', { name: 'Check again' }).click()
  await expect(proof.getByText(/can change things/)).toBeVisible()
})
