import { expect, type Page } from '@playwright/test'

/** By the address, as a link would: the page itself stays, so nothing is loaded again. Waits until the new screen is there, and all that it asked for. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to
  }, hash)
  // The heading of the screen before would do for a heading; the title of the window is the new one's.
  await expect(page).toHaveTitle(new RegExp(`(^|· )${titleOf(hash)} · Plumbline$`))
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
}

function titleOf(hash: string): string {
  const [first = '', id] = hash.replace('#/', '').split('/')
  const titles: Readonly<Record<string, readonly [list: string, one: string]>> = {
    '': ['Home', 'Home'],
    assets: ['Data assets', 'Data asset'],
    query: ['Query', 'Query'],
    runs: ['Runs', 'Run'],
    'data-sources': ['Data sources', 'Data source'],
    setup: ['Connect to PostgreSQL', 'Connect to PostgreSQL'],
    settings: ['Settings', 'Settings'],
  }
  const [list, one] = titles[first] ?? []
  if (list === undefined || one === undefined) throw new Error(`No screen stands at ${hash}.`)
  return id === undefined ? list : one
}
