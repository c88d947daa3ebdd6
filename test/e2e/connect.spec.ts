import { createServer, type Socket } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'

async function connect(page: Page, connectionString: string): Promise<void> {
  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
  await page.getByRole('textbox', { name: 'Data Source name' }).focus()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
}

test('the steps are seen while they are taken, and a cancel ends them', async ({ page, openApp }) => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {}).resume()))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  await openApp()
  await connect(page, `postgresql://reader:x@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/shop`)
  const steps = page.getByRole('list', { name: 'Steps of the connection' })
  await expect(steps.getByRole('listitem').filter({ hasText: 'Reach the server' })).toContainText('127.0.0.1')
  await expect(steps.getByRole('listitem').filter({ hasText: 'Log in' }).getByLabel('Under way')).toBeVisible()
  await expect(page.getByText('gives up after 10 s')).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('textbox', { name: 'Connection string' })).toBeVisible()
  await expect.poll(() => sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded)).toBe(true)
  silent.close()
})

test('what the server does not tell a refused role, an administrator finds out', async ({ page, openApp, database }) => {
  const role = `late_${database.database}`
  await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'right' VALID UNTIL '2001-01-01'`)
  await openApp()
  await connect(page, `postgresql://${role}:right@${database.host}:${database.port}/${database.database}`)
  await expect(page.getByRole('alert')).toContainText('does not take this password')
  const steps = page.getByRole('list', { name: 'Steps of the connection' })
  await expect(steps.getByRole('listitem').last()).toContainText('Log in')
  await expect(steps.getByRole('listitem').last().getByLabel('Failed')).toBeVisible()
  await page.getByRole('button', { name: 'Find out why, as an administrator' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect as an administrator' })
  await dialog.getByRole('textbox', { name: 'Connection string' }).fill(database.connectionString)
  await dialog.getByRole('button', { name: 'Connect and look' }).click()
  await expect(page.getByText('Its password is over since 2001-01-01')).toBeVisible()
  await expect(page.getByText(`ALTER ROLE "${role}" VALID UNTIL 'infinity';`)).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await database.run(`DROP ROLE ${role}`)
})

test('plain text off this computer is agreed to by typing, and certificates of one’s own are given in the form', async ({
  page,
  openApp,
}) => {
  await openApp()
  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Data Source name' }).fill('Far away')
  await page.getByRole('textbox', { name: 'Connection string' }).fill('postgresql://reader@db.invalid/shop?sslmode=disable')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('accept this one')
  const consent = page.getByRole('textbox', { name: /^Type “not encrypted”/ })
  await consent.fill('yes')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('accept this one')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await consent.fill('not encrypted')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('db.invalid')

  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Connection string' }).fill('postgresql://reader@db.invalid/shop')
  await page.getByRole('button', { name: 'Certificates of my own …' }).click()
  await page.getByRole('textbox', { name: 'Certificate of the authority' }).fill('not a certificate')
  await page
    .locator('input[type=file]')
    .nth(1)
    .setInputFiles({
      name: 'client.crt',
      mimeType: 'application/x-pem-file',
      buffer: Buffer.from('-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n'),
    })
  await expect(page.getByText('Not given yet')).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('The certificate of the authority cannot be read')
  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Connection string' }).fill('postgresql://reader@db.invalid/shop?sslrootcert=/etc/passwd')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByText('Agree to have them read')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Read the certificate files that the connection string names' }).check()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('not in PEM form')
})
