import { callApp, choose, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'

test('data assets are searched, picked and validated together; what has no expectations is told and not run', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { dataSourceId } = await takeInOrders(app, database)
  await database.run('CREATE TABLE sales.refunds (id int PRIMARY KEY); CREATE VIEW sales.totals AS SELECT sum(amount) FROM sales.orders')
  const { client, close } = await callApp(app)
  const add = (name: string, generate: boolean) =>
    client.assets.add({
      taskId: crypto.randomUUID(),
      dataSourceId,
      relations: [{ schema: 'sales', name }],
      generate: generate ? ['column-changes'] : [],
    })
  await add('refunds', true)
  await add('totals', false)
  close()

  await openApp()
  await page.getByRole('link', { name: 'Data assets', exact: true }).click()
  const rows = page.getByRole('table').getByRole('row')
  await expect(rows).toHaveCount(4)
  await page.getByRole('searchbox', { name: 'Search data assets' }).fill('view')
  await expect(rows).toHaveCount(2)
  await expect(rows.nth(1)).toContainText('totals')
  await page.getByRole('searchbox', { name: 'Search data assets' }).fill('')
  await page.getByRole('button', { name: 'Expectations' }).click()
  await expect(rows.nth(1), 'the fewest expectations first').toContainText('totals')

  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await page.getByRole('button', { name: 'Validate 3 selected' }).click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await expect(page.getByText('This data asset has no expectations yet. Add one first.')).toBeVisible()
  await expect(page.getByRole('table').getByText('Passed', { exact: true })).toHaveCount(2)
  await choose(page, 'Filter by verdict', 'Failed')
  await expect(page.getByText('No run matches.')).toBeVisible()
})

test('a run shows how far it is, and a cancel reaches the server', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  const { client, close } = await callApp(app)
  const kwargs = { unexpected_rows_query: 'SELECT 1 FROM {batch}, pg_sleep(600) LIMIT 1' }
  await client.expectations.create({
    assetId,
    input: { type: 'unexpected_rows_expectation', kwargs, severity: 'critical', description: 'Sleeps', notes: null },
  })
  close()
  const sleeping = () => database.run("SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()")

  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)
  await page.getByRole('button', { name: 'Validate', exact: true }).click()
  const title = page.getByRole('heading', { level: 1 })
  await expect(title).toContainText('Running')
  await expect.poll(async () => (await sleeping()).length).toBe(1)
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click()
  await expect(title).toContainText('Cancelled')
  await expect(page.getByText('Validate again for a verdict.')).toBeVisible()
  await expect.poll(async () => (await sleeping()).length, 'nothing of ours is left on the server').toBe(0)
})

test('an asset is removed only after a question, and its table stays', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Remove data asset' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove data asset' }).click()
  await expect(page.getByRole('heading', { name: 'No data assets yet' })).toBeVisible()
  expect(await database.run('SELECT count(*)::int AS rows FROM sales.orders')).toEqual([{ rows: 1_000 }])
})
