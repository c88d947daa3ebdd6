import type { Locator, Page } from '@playwright/test'

/** As hands would do it, over what is there: `fill` selects in the DOM, and the editor may look at that a moment later. */
export async function writeSql(page: Page, editor: Locator, sql: string): Promise<void> {
  await editor.click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(sql)
}
