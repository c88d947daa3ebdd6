import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** Of axe's rules, those that hang on colours. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block']

/** What breaks a rule of accessibility, in light and in dark; of the second look only colours are new, and a look takes seconds. Leaves the page in dark. */
export async function violationsInBothSchemes(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const axe = new AxeBuilder({ page })
    const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(RULES_OF_COLOUR)).analyze()
    found.push(...violations.map(({ id, help, nodes }) => `${colorScheme}: ${id} (${help}) at ${nodes[0]?.target.join(' ')}`))
  }
  return found
}
