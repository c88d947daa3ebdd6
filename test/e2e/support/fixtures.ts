import { test as base, expect, type Page } from '@playwright/test'
import { CLUSTER_VARIABLE, startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type PageProblems, watchPage } from './page-problems.ts'
import { type RunningApp, startApp } from './running-app.ts'

export { expect }

/**
 * `app`: the built program, fresh. `page`: a page that fails its test when it writes an error, throws or breaks the
 * policy. `openApp`: opens the app's link in it. `database`: a new database on a server whose superuser it names.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  cluster: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that one needs from this pattern
    async ({}, use) => {
      const cluster = await startTestCluster()
      process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
      await use(cluster)
      await cluster.dispose()
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  database: async ({ cluster: _ }, use) => {
    const database = await createDatabase()
    await use(database)
    await database.dispose()
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  app: async ({}, use, testInfo) => {
    const app = await startApp()
    await use(app)
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('program output', { body: app.output() })
    await app.dispose()
  },
  problems: async ({ page }, use) => {
    const problems = await watchPage(page)
    await use(problems)
    expect(problems.all, 'errors, exceptions and policy violations of the page').toEqual([])
  },
  openApp: async ({ app, page, problems: _ }, use) => {
    await use(async () => {
      // Not the link that it began with: by now that may be older than the minute for which one is good.
      await page.goto(await app.freshLink())
      await expect(page.getByRole('main')).toBeVisible()
      return page
    })
  },
})

interface TestFixtures {
  readonly app: RunningApp
  readonly problems: PageProblems
  readonly openApp: () => Promise<Page>
  readonly database: TestDatabase
}

interface WorkerFixtures {
  readonly cluster: TestCluster
}
