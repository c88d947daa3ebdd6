import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'

/** Settings: Plumbline's own data as a file and back, and the log. */

test('a backup is saved, restored over later work, and undone by the copy that was kept; the log and a bug report are copied', async ({
  app,
  page,
  openApp,
  database,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const line = {
    at: '2026-01-01T00:00:00.000Z',
    level: 'error',
    event: 'call-failed',
    id: '00c0ffee',
    error: { name: 'TypeError', code: null, message: null, frames: [] },
  }
  await appendFile(join(app.dataFolder, 'log', 'plumbline.jsonl'), `${JSON.stringify(line)}\n`)
  await openApp()
  const go = (hash: string) =>
    page.evaluate((to) => {
      location.hash = to
    }, hash)
  const connect = async (name: string) => {
    await go('#/setup/data-source')
    await page.getByLabel('Data Source name').fill(name)
    await page.getByLabel('Connection string').fill(database.connectionString)
    await page.getByRole('button', { name: 'Connect' }).click()
    await expect(page.getByText(/PostgreSQL 1\d/).first()).toBeVisible()
  }
  await connect('Before')
  await go('#/settings')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save a backup' }).click()])
  const file = await download.path()
  expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3')

  await connect('After')
  await go('#/settings')
  const restore = async (open: () => Promise<void>) => {
    await open()
    await expect(page.getByRole('dialog')).toContainText('What is here now is kept as a copy')
    await look(page, 'settings-restore')
    // The page loads itself anew; the notice of an earlier one would be there before that.
    const loaded = page.waitForEvent('load')
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await loaded
    await expect(page.getByRole('list', { name: 'Notices' })).toContainText('The backup was restored')
  }
  await restore(async () => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Restore a backup' }).click()])
    await chooser.setFiles(file)
  })
  await look(page, 'settings')
  await go('#/data-sources')
  await expect(page.getByRole('link', { name: 'Before' }).first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'After' })).toHaveCount(0)

  await go('#/settings')
  await restore(() => page.getByRole('button', { name: /^Restore: Before a restore/ }).click())
  await go('#/data-sources')
  await expect(page.getByRole('link', { name: 'After' }).first()).toBeVisible()

  await go('#/settings')
  const log = page.getByRole('region', { name: 'Log' })
  await expect(log.getByRole('listitem')).toHaveText([/Error.*call-failed.*00c0ffee.*TypeError/])
  await log.getByText('All', { exact: true }).click()
  await expect(log.getByText('web-started')).toBeVisible()
  await log.getByRole('button', { name: 'Copy a bug report' }).click()
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(clipboard).toContain('00c0ffee')
  const report = await clipboard()
  for (const name of ['Before', 'After', '127.0.0.1', database.password]) expect([name, report.includes(name)]).toEqual([name, false])
  await log.getByRole('button', { name: 'Show what is in it' }).click()
  await expect(log.getByRole('group', { name: 'Bug report' })).toContainText('Last errors:')
  await log.scrollIntoViewIfNeeded()
  await look(page, 'settings-log')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
})
