import { createDatabase } from '#test/support/database.ts'
import { violationsInBothSchemes } from './support/accessibility.ts'
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
      found.push(...(await violationsInBothSchemes(page)).map((violation) => `${name} ${violation}`))
    })
  } finally {
    await database.dispose()
  }
  expect(found).toEqual([])
  expect(seen.length).toBeGreaterThan(25)
})
