import type { Page } from '@playwright/test'

/** What no screen may do: write an error to the console, throw, be stopped by the page's policy, or fail to load something. */
export interface PageProblems {
  readonly all: readonly string[]
}

export async function watchPage(page: Page): Promise<PageProblems> {
  const all: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') all.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => all.push(`thrown: ${error.message}`))
  await page.exposeBinding('reportViolation', (_, text: string) => void all.push(`policy: ${text}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportViolation(text: string): Promise<void> }).reportViolation
      void report(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  return { all }
}

/** Counts how often the mouse was pressed in the page: what a person calls a click. */
export async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0
  await page.exposeBinding('reportClick', () => {
    clicks++
  })
  await page.addInitScript(() => {
    const report = (window as unknown as { reportClick(): Promise<void> }).reportClick
    window.addEventListener('pointerdown', (event) => event.isTrusted && void report(), { capture: true })
  })
  return () => clicks
}
