import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'
import { look } from './support/look.ts'

/** The command palette: by Ctrl+K from anywhere, and what each kind of command does. */

test('a query tab, two of them side by side, the history and the keys of the query pane are a few letters away', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await takeInOrders(app, database)
  await openApp()
  await command(page, 'nqt', 'New query tab')
  const tabs = page.getByRole('tablist', { name: 'Queries' }).getByRole('tab')
  await expect(tabs).toHaveText(['Query 1'])
  await expect(page.getByRole('combobox', { name: 'Data source' })).toHaveValue('Shop')
  await outOfTheEditor(page)
  await command(page, 'new query', 'New query tab')
  await expect(tabs).toHaveText(['Query 1', 'Query 2'])

  await outOfTheEditor(page)
  const palette = await open(page)
  await page.keyboard.insertText('tab')
  await expect(palette.getByRole('button', { name: 'Next tab Alt+Shift+]' })).toBeVisible()
  await look(page, 'palette-query')
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()
  await command(page, 'side by', 'Put two tabs side by side')
  await expect(page.getByRole('tabpanel', { name: /^Query/ })).toHaveCount(2)

  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await command(page, 'history', 'Open the query history')
  await expect(page.getByRole('tab', { name: 'History', selected: true })).toHaveCount(1)
  await expect(page.getByText('Nothing was run on this data source yet.')).toBeVisible()

  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await command(page, 'shortc', 'Keyboard shortcuts')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Execute the statement at the caret')).toBeVisible()
})

test('the other colour scheme, a part of the settings and a validation are a few letters away', async ({
  app,
  page,
  openApp,
  database,
}) => {
  await takeInOrders(app, database)
  await openApp()
  await command(page, 'toggle', 'Switch to the dark colour scheme')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await command(page, 'toggle', 'Switch to the light colour scheme')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light')

  await command(page, 'set vers', 'Settings: Versions')
  await expect(page.getByRole('heading', { name: 'Versions' })).toBeInViewport()
  await expect(page).toHaveURL(/#\/settings\/versions$/)

  const palette = await open(page)
  await look(page, 'palette')
  await page.keyboard.insertText('ord')
  await expect(palette.getByRole('button', { name: /^orders/ })).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()
  await command(page, 'val ord', 'Validate orders')
  await expect(page).toHaveURL(/#\/runs\//)
})

async function open(page: Page) {
  await page.keyboard.press('ControlOrMeta+k')
  const palette = page.getByRole('dialog', { name: 'Search or run a command' })
  await expect(palette.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused()
  return palette
}

/** Types, and takes what stands first. */
async function command(page: Page, typed: string, label: string): Promise<void> {
  const palette = await open(page)
  await page.keyboard.insertText(typed)
  await expect(palette.locator('[data-action]').first()).toContainText(label)
  await expect(palette.locator('[data-action][data-selected]')).toContainText(label)
  await page.keyboard.press('Enter')
  await expect(palette).toBeHidden()
}

/** Where Ctrl+K lays the text out. */
async function outOfTheEditor(page: Page): Promise<void> {
  await page.getByRole('tab', { name: /^Query/, selected: true }).focus()
}
