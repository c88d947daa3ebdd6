import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { callApp, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'
import { startApp } from './support/running-app.ts'

const PASSPHRASE = 'four words, and none said'

test('a vault is made, takes a password, and after a restart asks for its passphrase where the password is needed, and goes on', async ({
  app,
  page,
  openApp,
  database,
}) => {
  // Two programs, and a key of full cost for each passphrase that is tried.
  test.slow()
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/settings`)
  const vaultState = page.getByRole('contentinfo').getByRole('link')
  await expect(vaultState).toHaveText('Passwords in memory only')
  await look(page, 'settings-memory')
  await page.getByText('Vault with a passphrase').click()
  const make = page.getByRole('dialog', { name: 'Make a vault' })
  await make.getByLabel('Passphrase', { exact: true }).fill('too short')
  await make.getByLabel('The same once more').fill('too short')
  await make.getByRole('button', { name: 'Make the vault' }).click()
  await expect(make).toContainText('This is too short')
  await look(page, 'vault-make')
  await make.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await make.getByLabel('The same once more').fill(PASSPHRASE)
  await make.getByRole('button', { name: 'Make the vault' }).click()
  await expect(vaultState).toHaveText('Passwords in the vault')
  await page.getByRole('button', { name: 'Save the password of Shop in the vault' }).click()
  const secrets = page.getByRole('region', { name: 'Secrets of the data sources' })
  await expect(secrets.getByRole('row', { name: /Shop/ })).toContainText('In the vault')
  await isAccessible(page)
  await look(page, 'settings-vault')
  await page.getByRole('button', { name: 'Change passphrase' }).click()
  await look(page, 'vault-change')
  // A page without its program would say so.
  await page.goto('about:blank')
  await app.stop()

  const again = await startApp({ dataFolder: app.dataFolder })
  try {
    await page.goto(again.link)
    await expect(vaultState).toHaveText('Vault locked')
    await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)
    await page.getByRole('main').getByRole('button', { name: 'Validate', exact: true }).click()
    const unlock = page.getByRole('dialog', { name: 'Unlock the vault' })
    await unlock.getByLabel('Passphrase').fill('something else, and longer')
    await unlock.getByRole('button', { name: 'Unlock' }).click()
    await expect(unlock).toContainText('the passphrase is another one, or the file is damaged. A backup from')
    await isAccessible(page)
    await look(page, 'vault-unlock')
    await unlock.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/#\/runs\//)
    await expect(page.getByRole('main')).toContainText('Passed')

    await page.goto(`${new URL(page.url()).origin}/#/settings`)
    await page.getByRole('button', { name: 'Lock now' }).click()
    await expect(vaultState).toHaveText('Vault locked')
    await expect(secrets.getByRole('row', { name: /Shop/ })).toContainText('Vault locked')
    await look(page, 'settings-locked')
    await page.getByRole('button', { name: 'It does not open …' }).click()
    await look(page, 'vault-lost')
    await page.keyboard.press('Escape')

    // A set-up that needs the vault goes on by itself, wherever the vault was unlocked meanwhile.
    const base = new URL(page.url()).origin
    await page.goto(`${base}/#/setup/data-source`)
    await page.getByLabel('Data Source name').fill('Second')
    await page.getByLabel('Connection string').fill(database.connectionString)
    await page.getByLabel('Data Source name').focus()
    await expect(page.getByText('To save a password, you are asked to unlock it.')).toBeVisible()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('main').getByLabel('Passphrase')).toBeVisible()
    await page.goto(`${base}/#/settings`)
    await page.getByRole('main').getByRole('button', { name: 'Unlock', exact: true }).first().click()
    await unlock.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.keyboard.press('Enter')
    await expect(vaultState).toHaveText('Passwords in the vault')
    await page.goto(`${base}/#/setup/connect`)
    await expect(page.getByRole('main').getByRole('button', { name: 'Continue' })).toBeEnabled()
    await page.goto('about:blank')
  } finally {
    // Whatever became of the page: a program that is left over burdens all that come after it.
    await again.stop()
  }
})

test('a connection that needs the locked vault is told so, with the field to unlock it and the way to its backup right there', async ({
  app,
  page,
  openApp,
  database,
}) => {
  test.slow()
  const { client, close } = await callApp(app)
  await client.app.vault.create({ passphrase: PASSPHRASE })
  await client.app.vault.lock({})
  close()
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/setup/data-source`)
  await page.getByLabel('Data Source name').fill('Shop')
  await page.getByLabel('Connection string').fill(database.connectionString)
  await page.getByLabel('Data Source name').focus()
  await expect(page.getByText('To save a password, you are asked to unlock it.')).toBeVisible()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  const locked = page.getByRole('alert').filter({ hasText: 'The vault is locked' })
  await expect(locked.getByLabel('Passphrase')).toBeVisible()
  await expect(locked).not.toContainText('Not available')
  await look(page, 'setup-vault-locked')

  await locked.getByLabel('Passphrase').fill('something else, and longer')
  await locked.getByRole('button', { name: 'Unlock' }).click()
  await expect(locked).toContainText('the passphrase is another one, or the file is damaged. A backup from')
  await isAccessible(page)
  await look(page, 'setup-vault-refused')
  await locked.getByRole('button', { name: 'It does not open …' }).click()
  const lost = page.getByRole('dialog', { name: 'The vault does not open' })
  await expect(lost.getByRole('button', { name: 'New vault' })).toBeHidden()
  await look(page, 'setup-vault-lost')
  await lost.getByRole('button', { name: 'Restore the backup' }).click()
  await expect(lost).toBeHidden()
  await expect(locked).toContainText('The backup is in its place.')

  await locked.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main').getByRole('button', { name: 'Continue' })).toBeEnabled()
})

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(' ')}`)).toEqual([])
}
