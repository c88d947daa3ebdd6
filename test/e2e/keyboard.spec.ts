import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'

/** The whole way without a mouse: only keys are pressed, and what has the focus is found the way a person finds it, by going on. */

test('from the welcome screen to a validation by keys alone', async ({ page, openApp, database }) => {
  await database.run(`CREATE TABLE public.orders (id int PRIMARY KEY, note text); INSERT INTO public.orders VALUES (1, 'a');
    CREATE TABLE public.parts (id int PRIMARY KEY); CREATE TABLE public.people (id int PRIMARY KEY)`)
  await openApp()
  const keys = page.keyboard

  await tabTo(page, 'Connect to PostgreSQL')
  await keys.press('Enter')
  await atStep(page, 'Prerequisites')
  await keys.press('Enter')
  await atStep(page, 'Role')
  await tabTo(page, 'I have a role already')
  await keys.press('Enter')

  await atStep(page, 'Data source')
  await tabTo(page, 'Data Source name')
  await keys.type('Shop')
  await tabTo(page, 'Connection string')
  await keys.type(database.connectionString)
  // Enter sends the form from any of its fields.
  await keys.press('Enter')
  await atStep(page, 'Connect')
  await expect(page.getByRole('main').getByText('Connected', { exact: true })).toBeVisible()
  await tabTo(page, 'Continue')
  await keys.press('Enter')

  await atStep(page, 'Select tables')
  await expect(page.getByRole('option', { name: /^people/ })).toBeVisible()
  await tabTo(page, 'Tables')
  await keys.press('Space')
  await keys.press('ArrowDown')
  await keys.press('ArrowDown')
  await keys.press('Space')
  await expect(page.getByText('2 tables selected')).toBeVisible()
  await keys.press('Enter')

  await atStep(page, 'Expectations')
  await expect(page.getByRole('switch', { name: 'Column types' })).toBeEnabled()
  await tabTo(page, /^Column types/)
  await keys.press('Space')
  await expect(page.getByRole('switch', { name: 'Column types' })).toBeChecked()
  await tabTo(page, 'Continue')
  await keys.press('Enter')
  await atStep(page, 'Add assets')
  await expect(page.getByRole('button', { name: 'Add 2 Assets' })).toBeEnabled()
  await tabTo(page, 'Add 2 Assets')
  await keys.press('Enter')
  await atStep(page, 'Done')
  await expect(page.getByRole('button', { name: 'Validate now' })).toBeEnabled()
  await tabTo(page, 'Validate now')
  await keys.press('Enter')
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await expect(page.getByRole('main').getByText('Passed', { exact: true })).toHaveCount(2)

  // And on to a result.
  await tabTo(page, /^orders/)
  await keys.press('Enter')
  await expect(page.getByText(/columns and their types are/)).toBeVisible()
})

/** Goes on with Tab until something of this name has the focus; everything passed on the way must show that it has it. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let step = 0; step < 120; step += 1) {
    const words = await page.evaluate(focusedName)
    if (typeof name === 'string' ? words === name : name.test(words)) {
      expect(await page.evaluate(showsFocus), `"${words}" shows that it has the focus`).toBe(true)
      return
    }
    passed.push(words)
    await page.keyboard.press('Tab')
  }
  throw new Error(`Nothing named ${name} can be reached with Tab. Passed: ${passed.join(' | ')}`)
}

/** Of what has the focus, something near enough to its accessible name. Runs in the page. */
function focusedName(): string {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return ''
  const labelled = document.getElementById(element.getAttribute('aria-labelledby') ?? '')
  const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
  const words =
    element.getAttribute('aria-label') ??
    labelled?.textContent ??
    (isField ? (element.labels?.[0]?.textContent ?? element.placeholder) : element.textContent) ??
    ''
  return words.trim()
}

/** Whether what has the focus can be seen to have it. Runs in the page. */
function showsFocus(): boolean {
  const element = document.activeElement
  if (!(element instanceof HTMLElement)) return false
  const stands = (part: Element | null) => {
    if (part === null) return false
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part)
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
  }
  // A list shows it on the option that is active in it, a switch on its track, a field on its border.
  const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '')
  const border = getComputedStyle(element).borderColor
  if (stands(element) || stands(active) || stands(element.nextElementSibling)) return true
  element.blur()
  const changes = getComputedStyle(element).borderColor !== border
  element.focus()
  return changes
}

/** Its heading has the focus, so that what is pressed next is not taken by the step before. */
async function atStep(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { name, level: 2, exact: true })).toBeFocused()
}
