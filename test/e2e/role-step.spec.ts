import type { Page } from '@playwright/test'
import type { TestDatabase } from '#test/support/database.ts'
import { violationsInBothSchemes } from './support/accessibility.ts'
import { expect, test } from './support/fixtures.ts'

/** The Role step on a real server: the script that is shown, what comes of it, and what takes it back. */

async function openRoleStep(page: Page, role: string): Promise<void> {
  await page.getByRole('link', { name: 'Connect to PostgreSQL' }).first().click()
  await page.goto(`${page.url().split('#')[0]}#/setup/role`)
  await page.getByRole('textbox', { name: 'Role name' }).fill(role)
  await page.getByRole('textbox', { name: 'Password of the role' }).fill('a secret of mine')
}

async function connectAsAdmin(page: Page, connectionString: string, button: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Connect as an administrator' })
  await dialog.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
  await dialog.getByRole('button', { name: button, exact: true }).click()
}

function outcomeOf(page: Page) {
  return page.getByRole('status', { name: 'Outcome' })
}

/** By way of its copy: the editor draws only the lines that are in sight. */
function copiedScript(page: Page) {
  return expect.poll(async () => {
    await page.getByRole('button', { name: /^Cop(y for a DBA|ied)$/ }).click()
    return page.evaluate(() => navigator.clipboard.readText())
  })
}

function scriptOf(page: Page) {
  return page.getByLabel('Script that makes the role')
}

async function addSchema(page: Page, name: string): Promise<void> {
  const schemas = page.getByLabel('Schemas', { exact: true }).and(page.locator('input'))
  await schemas.fill(name)
  await schemas.press('Enter')
  await schemas.press('Escape')
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await violationsInBothSchemes(page)).toEqual([])
}

async function dropRoles(database: TestDatabase, ...roles: readonly string[]): Promise<void> {
  for (const role of roles) await database.run(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`)
}

test('simple is the five statements of the guide; nobody has to connect to read or copy them', async ({
  page,
  openApp,
  context,
  database,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openApp()
  await openRoleStep(page, 'gx_role')
  await page.getByRole('textbox', { name: 'Database' }).fill('shop')
  await page.getByRole('radiogroup', { name: 'Script' }).getByText('Simple').click()
  for (const line of [
    "CREATE ROLE gx_role WITH LOGIN PASSWORD '<password>';",
    'GRANT CONNECT ON DATABASE shop TO gx_role;',
    'GRANT USAGE ON SCHEMA public TO gx_role;',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO gx_role;',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO gx_role;',
  ])
    await expect(scriptOf(page)).toContainText(line)
  await expect(scriptOf(page)).not.toContainText('SET statement_timeout')
  await expectAccessible(page)

  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await page.getByRole('button', { name: 'Copy for a DBA' }).click()
  await expect.poll(clipboard).toMatch(/^CREATE ROLE gx_role WITH LOGIN PASSWORD 'SCRAM-SHA-256\$4096:.+';$/m)
  expect(await clipboard()).not.toContain('a secret of mine')
  await page.getByRole('checkbox', { name: 'with the password in clear' }).check()
  await page.getByRole('button', { name: /^Cop(y for a DBA|ied)$/ }).click()
  await expect.poll(clipboard).toContain("PASSWORD 'a secret of mine';")

  // What a DBA runs from the copy with the verifier lets the person in.
  await page.getByRole('checkbox', { name: 'with the password in clear' }).uncheck()
  const role = `dba_${database.database}`
  await page.getByRole('textbox', { name: 'Role name' }).fill(role)
  await page.getByRole('textbox', { name: 'Database' }).fill(database.database)
  await page.getByRole('button', { name: /^Cop(y for a DBA|ied)$/ }).click()
  await expect.poll(clipboard).toMatch(new RegExp(`CREATE ROLE ${role} .+SCRAM-SHA-256`))
  await database.run(await clipboard())
  await page.getByRole('button', { name: 'Execute (F5)' }).click()
  await connectAsAdmin(page, database.connectionString, 'Connect and execute')
  await expect(outcomeOf(page)).toContainText('was there with all of this. Nothing was changed.')
  await dropRoles(database, role)
})

test('the owners are found, tables are chosen, and a second run changes nothing', async ({ page, openApp, context, database }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const [role, loader] = [`gx_${database.database}`, `loader_${database.database}`]
  await database.run(`CREATE ROLE ${loader}; CREATE SCHEMA sales; CREATE TABLE sales.orders (id int); CREATE TABLE sales.secrets (id int);
    CREATE VIEW sales.recent AS SELECT 1 AS n; ALTER TABLE sales.orders OWNER TO ${loader}`)
  await openApp()
  await openRoleStep(page, role)
  await page.getByRole('textbox', { name: 'Database' }).fill(database.database)
  await copiedScript(page).toContain('Refresh finds them')
  await page.getByRole('button', { name: 'Refresh' }).click()
  await connectAsAdmin(page, database.connectionString, 'Connect')
  await expect(page.getByText(/^Connected as postgres to /)).toBeVisible()
  await addSchema(page, 'sales')
  await expect(scriptOf(page)).toContainText(
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${loader} IN SCHEMA sales GRANT SELECT ON TABLES TO ${role};`,
  )
  await expect(
    page.getByText(`Those that ${loader}, postgres make.`).or(page.getByText(`Those that postgres, ${loader} make.`)),
  ).toBeVisible()
  await page.getByRole('textbox', { name: 'Valid until' }).or(page.getByLabel('Valid until')).fill('2099-12-31')
  await expect(scriptOf(page)).toContainText("CONNECTION LIMIT 10 VALID UNTIL '2099-12-31 23:59:59+00'")

  await page.getByRole('radiogroup', { name: 'Tables and views' }).getByText('Chosen').click()
  await page.getByRole('button', { name: 'Choose tables' }).click()
  const dialog = page.getByRole('dialog', { name: 'Tables that the role may read' })
  await dialog.getByRole('option', { name: /^orders/ }).click()
  await dialog.getByRole('option', { name: /^recent/ }).click()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Use these' }).click()
  await expect(page.getByRole('button', { name: '2 tables chosen' })).toBeVisible()
  await copiedScript(page).toContain(`GRANT SELECT ON TABLE sales.orders TO ${role};`)
  await copiedScript(page).not.toContain('ALTER DEFAULT PRIVILEGES')

  await page.keyboard.press('F5')
  await expect(outcomeOf(page)).toContainText(`The role ${role} was made.`)
  await outcomeOf(page)
    .getByRole('button', { name: /^Show 1\d statements$/ })
    .click()
  await expect(
    outcomeOf(page)
      .getByRole('listitem')
      .filter({ hasText: `GRANT SELECT ON TABLE sales.recent TO ${role}` }),
  ).toContainText('Done')
  await expectAccessible(page)
  await expect(page.getByText('The role is there, made here before: the script completes it.')).toBeVisible()
  await page.keyboard.press('F5')
  await expect(outcomeOf(page)).toContainText('Nothing was changed.')

  await page.getByRole('textbox', { name: 'Password of the role' }).fill('another secret')
  await page.keyboard.press('F5')
  await expect(outcomeOf(page)).toContainText('was made here before, with another password. It was not changed.')
  await expectAccessible(page)
  await outcomeOf(page).getByRole('button', { name: 'Set this password' }).click()
  await expect(outcomeOf(page)).toContainText(`The role ${role} was made.`)

  // The data source that is made with the role keeps what takes it back.
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
  await page.goto(`${page.url().split('#')[0]}#/data-sources`)
  await page.getByRole('link', { name: 'Shop' }).click()
  const undo = page.getByRole('region', { name: 'Take the role back' })
  await expect(undo.getByLabel('Script that takes the role back')).toContainText(`DROP ROLE ${role};`)
  await expectAccessible(page)
  await database.run(`DROP OWNED BY ${role}; DROP ROLE ${role}; DROP OWNED BY ${loader} CASCADE; DROP ROLE ${loader}`)
})

test('what failed comes with its error and can be handed on; a role of somebody else is left alone', async ({
  page,
  openApp,
  context,
  database,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const [role, chief] = [`gx_${database.database}`, `chief_${database.database}`]
  await database.run(`CREATE ROLE ${chief} LOGIN CREATEROLE PASSWORD 'chief'; CREATE SCHEMA sales AUTHORIZATION ${chief};
    ALTER DATABASE ${database.database} OWNER TO ${chief}; CREATE TABLE sales.theirs (id int); CREATE ROLE theirs_${database.database}`)
  await openApp()
  await openRoleStep(page, role)
  await addSchema(page, 'sales')
  await page
    .getByRole('button', { name: 'Remove public' })
    .or(page.locator('.mantine-Pill-root', { hasText: 'public' }).locator('button'))
    .first()
    .click()
  await page.getByRole('textbox', { name: 'Role name' }).focus()
  await page.keyboard.press('F5')
  await connectAsAdmin(
    page,
    `postgresql://${chief}:chief@${database.host}:${database.port}/${database.database}?sslmode=disable`,
    'Connect and execute',
  )
  await expect(outcomeOf(page)).toContainText(`The role ${role} is there, but not all of the script was carried out.`)
  await expect(outcomeOf(page)).toBeInViewport()
  const failed = outcomeOf(page).getByRole('listitem').filter({ hasText: 'GRANT SELECT ON TABLE sales.theirs' })
  await expect(failed).toContainText('permission denied for table theirs')
  await expect(failed).toContainText('SQLSTATE 42501')
  await expectAccessible(page)
  await outcomeOf(page).getByRole('button', { name: 'Copy what failed' }).click()
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(clipboard).toContain(`GRANT SELECT ON TABLE sales.theirs TO ${role};`)
  await database.run(await clipboard())
  await page.keyboard.press('F5')
  await expect(outcomeOf(page)).toContainText('Nothing was changed.')

  await page.getByRole('textbox', { name: 'Role name' }).fill(`theirs_${database.database}`)
  await expect(page.getByText('There is a role of this name that was not made here.')).toBeVisible()
  await page.keyboard.press('F5')
  await expect(outcomeOf(page)).toContainText('it was not made here. It was not changed.')
  await database.run(`ALTER DATABASE ${database.database} OWNER TO postgres`)
  await dropRoles(database, role, `theirs_${database.database}`, chief)
})
