import { AxeBuilder } from '@axe-core/playwright'
import { createDatabase } from '#test/support/database.ts'
import { expect, test } from './support/fixtures.ts'
import { tourSql, visitEveryScreen } from './support/tour.ts'

test('every screen is free of accessibility violations, in light and in dark', async ({ page, openApp, cluster: _ }) => {
  test.setTimeout(1_200_000)
  const database = await createDatabase({ sql: tourSql })
  const found: string[] = []
  const seen: string[] = []
  try {
    await openApp()
    await visitEveryScreen(page, database, async (name) => {
      seen.push(name)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        const { violations } = await new AxeBuilder({ page }).analyze()
        found.push(
          ...violations.map(
            (violation) => `${name} ${colorScheme}: ${violation.id} (${violation.help}) at ${violation.nodes[0]?.target.join(' ')}`,
          ),
        )
      }
    })
  } finally {
    await database.dispose()
  }
  expect(found).toEqual([])
  expect(seen.length).toBeGreaterThan(25)
})
