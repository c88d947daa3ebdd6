import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { addShop, callApp } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { writeSql } from './support/sql-editor.ts'

/** The grid of the query pane by hand and by key, and what its tabs keep. */

test('cells are reached, selected and copied by keys alone, as they are in the database', async ({ app, page, openApp, database }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await addShop(app, database)
  await openQueries(page, openApp)
  await type(
    page,
    "SELECT n AS id, CASE WHEN n = 2 THEN NULL ELSE 'a' || chr(9) || n END AS text, repeat('x', 12000) AS long FROM generate_series(1, 300) n",
  )
  await page.keyboard.press('F5')
  const grid = page.getByRole('grid', { name: 'Data output' })
  await expect(grid).toHaveAttribute('aria-rowcount', '301')
  await grid.getByRole('gridcell', { name: '1', exact: true }).first().click()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByText('Rows selected: 2')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+C')
  await expect(page.getByText('4 cells copied.')).toBeVisible()
  expect(await clipboard(page)).toBe('1\t"a\t1"\n2\t')
  await page.getByRole('button', { name: 'Copy as' }).click()
  await page.getByRole('menuitem', { name: 'INSERT statements' }).click()
  await expect
    .poll(() => clipboard(page))
    .toBe("INSERT INTO table_name (id, text) VALUES (1, 'a\t1');\nINSERT INTO table_name (id, text) VALUES (2, NULL);")
  await grid.getByRole('gridcell', { name: '2', exact: true }).first().click()

  // A cell that the grid shows cut is copied whole, and read whole.
  await page.keyboard.press('End')
  await page.keyboard.press('ControlOrMeta+C')
  await expect(page.getByText('1 cell copied.')).toBeVisible()
  expect(await clipboard(page)).toBe('x'.repeat(12_000))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'long, row 2' }).getByText('text, 12 kB')).toBeVisible()
  await page.keyboard.press('Escape')

  // The keys belong to the panel until it is gone, and then to the cell it was opened from.
  await expect(
    grid
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: '2', exact: true }) })
      .getByRole('gridcell')
      .last(),
  ).toBeFocused()
  await page.keyboard.press('ControlOrMeta+End')
  const last = grid.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '300', exact: true }) })
  await expect(last.getByRole('gridcell').last()).toBeFocused()
  await page.keyboard.press('ControlOrMeta+A')
  await expect(page.getByText('Rows selected: 300')).toBeVisible()
})

test('a hundred columns of ten thousand rows draw only what is in sight, and columns change their width by key and by pointer', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  await openQueries(page, openApp)
  const columns = Array.from({ length: 100 }, (_, index) => `n * ${index} AS c${index}`).join(', ')
  await type(page, `SELECT ${columns} FROM generate_series(1, 10000) n`)
  await page.keyboard.press('F5')
  const grid = page.getByRole('grid', { name: 'Data output' })
  await expect(page.getByText('Total rows: 10,000')).toBeVisible()
  await grid.evaluate((element) => element.scrollTo(element.scrollWidth / 2, element.scrollHeight / 2))
  await expect(grid.getByRole('rowheader', { name: '5005', exact: true })).toBeVisible()
  await expect(grid.getByRole('gridcell', { name: String(5_005 * 50), exact: true })).toBeVisible()
  expect(await grid.getByRole('gridcell').count()).toBeLessThan(400)

  await grid.evaluate((element) => element.scrollTo(0, 0))
  // A scroll makes no element: those that go out of sight are written anew, and stand in the order of the rows once it rests.
  const made = await grid.evaluate(async (element) => {
    const known = new Set<Node>(element.querySelectorAll('*'))
    let made = 0
    const watch = new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (node instanceof Element && !known.has(node)) made += 1
    })
    watch.observe(element, { childList: true, subtree: true })
    for (let step = 0; step < 40; step += 1) {
      element.scrollTop += 70
      await new Promise(requestAnimationFrame)
    }
    await new Promise(requestAnimationFrame)
    watch.disconnect()
    return made
  })
  // The active row stays, and another is made in its place.
  expect(made).toBeLessThan(60)
  const unordered = async () => {
    const numbers = (await grid.getByRole('rowheader').allTextContents()).map(Number)
    return numbers.filter((number, index) => number !== (index === 0 ? 1 : 107 + index))
  }
  await expect.poll(unordered).toEqual([])
  await grid.evaluate((element) => element.scrollTo(0, 0))
  const head = grid.getByRole('columnheader', { name: /^c1 / })
  const width = async () => (await head.boundingBox())?.width ?? 0
  const before = await width()
  await grid.getByRole('gridcell').nth(1).click()
  await page.keyboard.press('ArrowUp')
  await expect(head).toBeFocused()
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(width).toBe(before + 16)
  const box = await head.boundingBox()
  if (box === null) throw new Error('The head is not there.')
  await page.mouse.move(box.x + box.width - 3, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width + 57, box.y + 10, { steps: 4 })
  await page.mouse.up()
  await expect.poll(width).toBe(before + 76)
})

test('only what is selected runs, the panes keep their sizes, and a text with a password is not kept', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  await openQueries(page, openApp)
  await type(page, 'SELECT 1 AS one; SELECT nowhere')
  await page.keyboard.press('Home')
  for (let step = 0; step < 'SELECT 1 AS one'.length; step += 1) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(page.getByText('Total rows: 1', { exact: true })).toBeVisible()
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0)

  const tree = page.getByRole('separator', { name: 'Width of the object tree' })
  const at = await tree.boundingBox()
  if (at === null) throw new Error('The line is not there.')
  await page.mouse.move(at.x + 2, at.y + 200)
  await page.mouse.down()
  await page.mouse.move(at.x + 102, at.y + 200, { steps: 4 })
  await page.mouse.up()
  const left = async () => Math.round((await tree.boundingBox())?.x ?? 0)
  await expect.poll(left).toBe(Math.round(at.x) + 100)
  const moved = await left()

  const { client, close } = await callApp(app)
  const drafts = async () => (await client.query.drafts.list({})).map(({ sql }) => sql)
  await expect.poll(drafts).toEqual(['SELECT 1 AS one; SELECT nowhere'])
  await type(page, "CREATE ROLE someone PASSWORD 'canary'")
  await expect(page.getByText('This text may hold a password.')).toBeVisible()
  await page.reload()
  await expect(page.locator('.cm-content').first()).toContainText('SELECT nowhere')
  expect(await drafts()).toEqual(['SELECT 1 AS one; SELECT nowhere'])
  close()
  await expect.poll(left).toBe(moved)
})

test('of a million and a half rows the last is reached, by the thumb and by key, and a result is saved to a file', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await addShop(app, database)
  await openQueries(page, openApp)
  await type(page, "SELECT n AS id, 'row ' || n AS text FROM generate_series(1, 1500000) n")
  await page.keyboard.press('F5')
  await expect(page.getByText('There are more rows. Reading them runs the query again.')).toBeVisible()
  await page.getByRole('button', { name: 'Read all' }).click()
  await expect(page.getByText('Total rows: 1,500,000')).toBeVisible()
  const grid = page.getByRole('grid', { name: 'Data output' })
  await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect(grid.getByRole('gridcell', { name: 'row 1500000', exact: true })).toBeInViewport()
  // More pixels than a browser draws: the bar is scaled, and a key still moves by one row.
  await grid.getByRole('gridcell', { name: 'row 1499996', exact: true }).click()
  await page.keyboard.press('ArrowUp')
  await expect(page.locator(':focus')).toHaveText('row 1499995')
  await page.keyboard.press('ControlOrMeta+Home')
  await expect(page.locator(':focus')).toHaveText('1')
  await expect(page.locator(':focus')).toBeInViewport()

  await type(page, "SELECT n AS id, 'row ' || n AS text FROM generate_series(1, 3) n")
  await page.keyboard.press('F5')
  await expect(page.getByText('Total rows: 3')).toBeVisible()
  await page.keyboard.press('F8')
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'JSON Lines' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('Query 1.jsonl')
  expect(readFileSync(await file.path(), 'utf8')).toBe('{"id":1,"text":"row 1"}\n{"id":2,"text":"row 2"}\n{"id":3,"text":"row 3"}\n')
})

async function openQueries(page: Page, openApp: () => Promise<Page>): Promise<void> {
  await openApp()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
}

async function type(page: Page, sql: string): Promise<void> {
  await writeSql(page, page.locator('.cm-content').first(), sql)
}

async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}
