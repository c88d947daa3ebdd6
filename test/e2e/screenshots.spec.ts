import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createDatabase } from '#test/support/database.ts'
import { test } from './support/fixtures.ts'
import { tourSql, visitEveryScreen } from './support/tour.ts'

/** Pictures of every screen for people to look at. Not a test of its own: it runs when PLUMBLINE_SCREENSHOTS names sizes, as `npm run screenshots` does. */

const folder = fileURLToPath(new URL('../../docs/screens/', import.meta.url))
const sizes = { 1280: { width: 1280, height: 800 }, 1920: { width: 1920, height: 1080 } } as const
const wanted = (process.env.PLUMBLINE_SCREENSHOTS ?? '').split(',').filter((size) => size !== '')

for (const [width, size] of Object.entries(sizes).filter(([width]) => wanted.includes(width))) {
  test(`every screen at ${size.width} by ${size.height}`, async ({ page, openApp, cluster: _ }) => {
    test.setTimeout(300_000)
    mkdirSync(folder, { recursive: true })
    const database = await createDatabase({ sql: tourSql })
    await page.setViewportSize(size)
    try {
      await openApp()
      await visitEveryScreen(page, database, async (name) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png`, animations: 'disabled' })
        }
      })
    } finally {
      await database.dispose()
    }
  })
}
