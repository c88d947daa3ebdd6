import { join } from 'node:path'
import type { Page } from '@playwright/test'

/** A picture of the page in both schemes and sizes, for a person to look at; only where PLUMBLINE_LOOK names a folder for them. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.PLUMBLINE_LOOK
  if (folder === undefined || folder === '') return
  const before = page.viewportSize()
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), animations: 'disabled' })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  if (before !== null) await page.setViewportSize(before)
}
