import { defineConfig } from '@playwright/test'
import { findChromium } from './support/chromium.ts'

// Without one the tests can still be listed and counted; running them says that the browser is missing.
const chromium = findChromium()

/**
 * The screen tests: the built program, served by its own web host, in the Chromium of this computer. Two at a time: each
 * has a program and a database of its own, and much of its time goes by in waiting (on two processors, a third less in all).
 */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 300_000,
  // What is waited for comes when it comes: a busy machine is no defect.
  expect: { timeout: 60_000 },
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
    // A panel that still moves is neither where a press meets it nor as visible as it is going to be.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: chromium === null ? {} : { executablePath: chromium },
  },
})
