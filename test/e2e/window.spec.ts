import { randomUUID } from 'node:crypto'
import { expect, test } from './support/fixtures.ts'
import { startApp } from './support/running-app.ts'

/** The browser window beside others, and without its program. */

test('the key is nowhere once the page is there', async ({ page, app, problems: _ }) => {
  await page.goto(app.link)
  await expect(page.getByRole('main')).toBeVisible()
  const key = app.link.split('#k=')[1] ?? 'none'
  expect(page.url()).not.toContain(key)
  expect(await page.evaluate(() => document.URL + document.referrer + JSON.stringify({ ...localStorage }))).not.toContain(key)
  // What was before the page is the empty tab, not the link.
  await page.goBack()
  expect(page.url()).not.toContain(key)
})

test('of two tabs one closes in the middle of a query: that query ends on the server, the other tab goes on', async ({
  page,
  context,
  app,
  openApp,
  database,
}) => {
  await openApp()
  await page.evaluate(() => {
    location.hash = '#/setup/data-source'
  })
  await page.getByLabel('Data Source name').fill('Shop')
  await page.getByLabel('Connection string').fill(database.connectionString)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText(/PostgreSQL 1\d/).first()).toBeVisible()

  const other = await context.newPage()
  await other.goto(new URL(app.link).origin)
  await other.evaluate(() => {
    location.hash = '#/query'
  })
  const mark = randomUUID()
  await other.locator('.cm-content').first().click()
  await other.keyboard.type(`SELECT pg_sleep(600) /* ${mark} */`)
  await other.keyboard.press('Escape')
  await other.keyboard.press('F5')
  const running = () =>
    database.run(`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%${mark}%' AND pid <> pg_backend_pid()`)
  await expect.poll(async () => (await running()).length).toBe(1)
  await other.close()
  await expect.poll(async () => (await running()).length).toBe(0)

  await page.getByRole('link', { name: 'Data sources', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Shop' }).first()).toBeVisible()
})

test('when its program is killed, the tab says so and its token is worth nothing to the next', async ({ browser }) => {
  const app = await startApp()
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(app.link)
  await expect(page.getByRole('button', { name: 'Try the sample database' })).toBeVisible()
  app.process.kill('SIGKILL')
  await expect(page.getByText('Plumbline has stopped')).toBeVisible()
  // On the same port, or nobody would answer the tab, whatever its token is worth.
  const next = await startApp({ dataFolder: app.dataFolder, port: Number(new URL(app.link).port) })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'A fresh link is needed' })).toBeVisible()
  await expect(page.getByText('because Plumbline was started anew')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Try the sample database' })).toHaveCount(0)
  await context.close()
  await next.stop()
  await app.dispose()
})
