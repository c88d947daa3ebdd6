import { defineConfig } from '@playwright/test'
import { findChromium } from './support/chromium.ts'

// Without one the tests can still be listed and counted; running them says that the browser is missing.
const chromium = findChromium()

/**
 * The screen tests: the built program, served by its own web host, in the Chromium of this computer. One at a time,
 * because each starts a program of its own and several would only take each other's processor.
 */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  projects: [
    { name: 'web', testIgnore: 'desktop-smoke.spec.ts' },
    // In Electron's own program, which is not everywhere.
    { name: 'desktop', testMatch: 'desktop-smoke.spec.ts' },
  ],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: chromium === null ? {} : { executablePath: chromium },
  },
})
