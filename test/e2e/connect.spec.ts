import { createServer, type Socket } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { startTlsServer, type TlsServer } from '#test/support/tls-server.ts'
import { expect, test } from './support/fixtures.ts'

async function connect(page: Page, connectionString: string): Promise<void> {
  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
  await page.getByRole('textbox', { name: 'Data Source name' }).focus()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
}

async function choose(page: Page, protection: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Protection' }).click()
  await page.getByRole('option', { name: protection, exact: true }).click()
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
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('textbox', { name: 'Connection string' })).toBeVisible()
  await expect.poll(() => sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded)).toBe(true)
  // Looking takes longer than a cancel may wait, so it has an attempt of its own.
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(steps.getByRole('listitem').filter({ hasText: 'Log in' })).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
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

  // It was for that host.
  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await expect(consent).toHaveValue('not encrypted')
  await page.getByRole('textbox', { name: 'Connection string' }).fill('postgresql://reader@other.invalid/shop?sslmode=disable')
  await expect(consent).toHaveValue('')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('accept this one')

  await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
  await page.getByRole('textbox', { name: 'Connection string' }).fill('postgresql://reader@db.invalid/shop')
  await choose(page, 'Verified with my authority')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('Give the certificate of your authority')
  await page.getByRole('button', { name: 'Client certificate …' }).click()
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

test.describe('a server with certificates of its own', () => {
  let server: TlsServer
  test.beforeAll(async () => {
    server = await startTlsServer()
    await server.run(`CREATE ROLE reader LOGIN PASSWORD 'right'; CREATE ROLE carrier LOGIN`)
    await server.allow(['host all reader 127.0.0.1/32 scram-sha-256', 'hostssl all carrier 127.0.0.1/32 cert'])
  })
  test.afterAll(() => server?.dispose())

  test('is verified by the authority that is given, lets a role in by certificate, and the key stays out of the page', async ({
    page,
    openApp,
  }) => {
    const own = server.clientCertificate('carrier', 'authority')
    await openApp()
    await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
    await page.getByRole('textbox', { name: 'Data Source name' }).fill('By certificate')
    await page
      .getByRole('textbox', { name: 'Connection string' })
      .fill(`postgresql://carrier@localhost:${server.endpoint.port}/postgres?sslmode=verify-full`)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('alert')).toContainText('not signed by an authority that this computer trusts')
    await page.getByRole('button', { name: 'Back' }).click()

    await choose(page, 'Verified with my authority')
    await page.getByRole('textbox', { name: 'Certificate of the authority' }).fill(server.authority)
    await page.getByRole('button', { name: 'Client certificate …' }).click()
    const files = page.locator('input[type=file]')
    const file = (name: string, text: string) => ({ name, mimeType: 'application/x-pem-file', buffer: Buffer.from(text) })
    await files.nth(1).setInputFiles(file('carrier.crt', own.pem))
    await expect(page.getByText('Not given yet')).toBeVisible()
    await files.nth(2).setInputFiles(file('carrier.key', own.key))
    await expect(page.getByText('Given', { exact: true })).toBeVisible()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()

    // As it is kept: the certificates come back, the key does not.
    await page.goto(`${page.url().split('#')[0]}#/data-sources`)
    await expect(page.getByRole('row', { name: /By certificate/ }).getByText('Verified with my authority')).toBeVisible()
    await page.getByRole('link', { name: 'By certificate' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await expect(page.getByRole('combobox', { name: 'Protection' })).toHaveValue('Verified with my authority')
    await expect(page.getByRole('textbox', { name: 'Client certificate' })).toHaveValue(own.pem.trim())
    await expect(page.getByText('Stored; another one replaces it')).toBeVisible()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('button', { name: 'Save and test' }).click()
    await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
    expect(await page.content()).not.toContain('PRIVATE KEY')
  })

  test('an administrator is verified in the same way', async ({ page, openApp }) => {
    const own = page.getByRole('main')
    await openApp()
    const string = (account: string) => `postgresql://${account}@localhost:${server.endpoint.port}/postgres?sslmode=verify-full`
    await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
    await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
    await page.getByRole('textbox', { name: 'Connection string' }).fill(string('reader:wrong'))
    await choose(page, 'Verified with my authority')
    await page.getByRole('textbox', { name: 'Certificate of the authority' }).fill(server.authority)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(own.getByRole('alert')).toContainText('does not take this password')
    await page.getByRole('button', { name: 'Find out why, as an administrator' }).click()
    const dialog = page.getByRole('dialog', { name: 'Connect as an administrator' })
    const { user, password } = server.endpoint
    await dialog.getByRole('textbox', { name: 'Connection string' }).fill(string(`${user}:${encodeURIComponent(password)}`))
    await dialog.getByRole('button', { name: 'Connect and look' }).click()
    await expect(dialog.getByRole('alert')).toContainText('not signed by an authority that this computer trusts')
    await dialog.getByRole('combobox', { name: 'Protection' }).click()
    await page.getByRole('option', { name: 'Verified with my authority', exact: true }).click()
    await dialog.getByRole('textbox', { name: 'Certificate of the authority' }).fill(server.authority)
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await dialog.getByRole('button', { name: 'Connect and look' }).click()
    await expect(own.getByText('Nothing is wrong with the role itself')).toBeVisible()
  })

  test('an identity that is not checked is agreed to, and marked on every screen', async ({ page, openApp }) => {
    await openApp()
    // This server, by an address that the policy does not know for this computer.
    await connect(page, `postgresql://reader:right@0.0.0.0:${server.endpoint.port}/postgres?sslmode=require`)
    await expect(page.getByRole('alert')).toContainText('not signed by an authority')
    const go = page.getByRole('button', { name: 'Connect without checking the identity' })
    await expect(go).toBeDisabled()
    await page.getByRole('checkbox', { name: 'I accept that the identity of this server is not checked' }).check()
    await go.click()
    await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
    await marked(page, 'Encrypted, identity not checked')
  })

  test('plain text is agreed to by typing, and marked on every screen', async ({ page, openApp }) => {
    await openApp()
    await page.goto(`${page.url().split('#')[0]}#/setup/data-source`)
    await page.getByRole('textbox', { name: 'Data Source name' }).fill('Shop')
    await page
      .getByRole('textbox', { name: 'Connection string' })
      .fill(`postgresql://reader:right@0.0.0.0:${server.endpoint.port}/postgres`)
    await choose(page, 'Not encrypted')
    await page.getByRole('textbox', { name: /^Type “not encrypted”/ }).fill('Not encrypted')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
    await marked(page, 'Not encrypted')

    // With another one chosen to work with, the mark is on what is about this one.
    await page.goto(`${page.url().split('#')[0]}#/data-sources`)
    await page.getByRole('link', { name: 'Shop' }).click()
    await page.getByRole('button', { name: 'Duplicate' }).click()
    await expect(page.getByRole('heading', { name: 'Shop copy' })).toBeVisible()
    await page
      .getByRole('button', { name: /^(Edit|Change)/ })
      .first()
      .click()
    await page.getByRole('textbox', { name: 'Connection string' }).fill(`postgresql://reader@127.0.0.1:${server.endpoint.port}/postgres`)
    // The password is for the address that it was entered for.
    await expect(page.getByText(/The stored password is for reader on 0\.0\.0\.0:\d+ and is forgotten/)).toBeVisible()
    await page
      .getByRole('textbox', { name: 'Connection string' })
      .fill(`postgresql://reader:right@127.0.0.1:${server.endpoint.port}/postgres`)
    await page.getByRole('button', { name: 'Save and test' }).click()
    await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
    const banner = page.getByRole('banner')
    await banner.getByRole('button', { name: /^Data source/ }).click()
    await page.getByRole('menuitem', { name: /^Shop copy/ }).click()
    await expect(banner.getByText('Not encrypted')).toHaveCount(0)
    await page.goto(`${page.url().split('#')[0]}#/query`)
    const toolbar = page.getByRole('toolbar', { name: 'Query' })
    await toolbar.getByRole('combobox', { name: 'Data source' }).click()
    await page.getByRole('option', { name: 'Shop', exact: true }).click()
    await expect(toolbar.getByText('Not encrypted')).toBeVisible()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  })
})

async function marked(page: Page, mark: string): Promise<void> {
  for (const screen of ['#/', '#/assets', '#/query', '#/runs', '#/data-sources', '#/settings']) {
    await page.goto(`${page.url().split('#')[0]}${screen}`)
    await expect(page.getByRole('banner').getByText(mark), screen).toBeVisible()
  }
}
