import type { Page } from '@playwright/test'
import { choose, takeInOrders } from './expectations-support.ts'
import { expect, test } from './support/fixtures.ts'

test('an expectation of each control is added with its sentence, and a run finds each planted defect', async ({
  app,
  page,
  openApp,
  database,
}) => {
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}`)

  await page.getByRole('button', { name: 'Profile Data' }).click()
  await expect(page.getByText('1,000 rows')).toBeVisible()
  const figures = page.getByRole('row', { name: /^ordered_at/ }).locator('span[title^="2026-"]')
  await expect(figures).not.toHaveCount(0)
  const cut = () => figures.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length)
  await expect.poll(cut, 'no date is cut').toBe(0)
  await page.getByRole('tab', { name: /^Expectations/ }).click()

  const panel = page.getByRole('dialog')
  const sentence = panel.getByRole('status', { name: 'The sentence this makes' })
  // By the title itself: other titles begin with the same words.
  const pick = (title: string) =>
    panel
      .getByRole('button')
      .filter({ has: page.getByText(title, { exact: true }) })
      .click()
  const saveAndAddMore = async () => {
    await panel.getByRole('button', { name: 'Save & Add More' }).click()
    await expect(panel.getByRole('searchbox', { name: 'Search expectations' })).toBeVisible()
  }
  await page.getByRole('button', { name: 'Add an Expectation' }).click()

  // A column and a share.
  await pick('Column values to not be null')
  await choose(page, 'Column', /^email/)
  await panel.getByRole('textbox', { name: 'Share of rows that must hold' }).fill('99.9')
  await expect(sentence).toHaveText('Values of email are not null, in at least 99.9 % of rows')
  await saveAndAddMore()

  // Values, pasted as a list over what the profile suggested.
  await pick('Column values to be in set')
  await choose(page, 'Column', /^status/)
  const remove = panel.getByRole('button', { name: 'Remove lost' })
  await expect(remove, 'the profile suggests what is there').toBeVisible()
  await remove.click()
  await expect(sentence).not.toContainText('lost')
  await saveAndAddMore()

  // Bounds: wrong ones are told at their field.
  await pick('Column values to be between')
  await choose(page, 'Column', /^amount/)
  await expect(panel.getByRole('textbox', { name: 'Lowest' }), 'prefilled from the profile').toHaveValue('-5.00')
  await panel.getByRole('textbox', { name: 'Lowest' }).fill('little')
  await panel.getByRole('textbox', { name: 'Highest' }).click()
  await expect(panel.getByRole('textbox', { name: 'Lowest' })).toHaveAttribute('aria-invalid', 'true')
  await expect(panel.getByText('Give a number: the column holds numbers.')).toBeVisible()
  await panel.getByRole('textbox', { name: 'Lowest' }).fill('0')
  await saveAndAddMore()

  // A pattern, from far down in the list: the form begins at its top all the same.
  await pick('Column values to match regex')
  await expect(panel.getByRole('heading', { name: 'Column values to match regex' })).toBeVisible()
  await expect.poll(() => panel.evaluate(({ scrollTop }) => scrollTop)).toBe(0)
  await choose(page, 'Column', /^code/)
  await panel.getByRole('textbox', { name: 'Regular expression' }).fill('^[A-Z]{2}-[0-9]+$')
  await panel.getByText('Warning', { exact: true }).click()
  await saveAndAddMore()

  // Two columns.
  await pick('Column pair values A to be greater than B')
  await choose(page, 'Column A', /^shipped_at/)
  await choose(page, 'Column B', /^ordered_at/)
  await saveAndAddMore()

  // Integers, suggested by the row count.
  await pick('Table row count to be between')
  await expect(panel.getByRole('textbox', { name: 'Fewest rows' })).toHaveValue('900')
  await saveAndAddMore()

  // By column this time.
  await panel.getByText('By column', { exact: true }).click()
  await choose(page, 'Column', /^email/)
  await pick('Column values to be unique')
  await expect(sentence).toContainText('email')
  await saveAndAddMore()

  // A query, which wants words; saved by the keyboard.
  await panel.getByText('By data quality issue', { exact: true }).click()
  await pick('Custom SQL')
  await fillQuery(page, "SELECT id, amount FROM {batch} WHERE amount > 999 AND status = 'new'")
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel.getByText('Say in a sentence what the query looks for.')).toBeVisible()
  await panel.getByRole('textbox', { name: 'Description' }).fill('No new order above 999')
  await page.keyboard.press('Control+Enter')
  await expect(panel).toBeHidden()

  await expect(page.getByRole('tab', { name: 'Expectations (9)' })).toBeVisible()
  await page.getByRole('button', { name: 'Validate' }).click()
  const results = page.getByRole('list', { name: 'Results' })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed')
  const outcomes = (word: string) => results.getByRole('listitem').filter({ has: page.getByText(word, { exact: true }) })
  await expect(outcomes('Failed')).toHaveCount(6)
  await expect(outcomes('Passed')).toHaveCount(3)
  await expect(results).toContainText('lost')
  await expect(results).toContainText('broken')
  await expect(results).toContainText('3 of 1,000 rows (0.30 %)')
})

test('what was typed survives a close by accident; edits are stored; a delete can be undone', async ({ app, page, openApp, database }) => {
  const { assetId } = await takeInOrders(app, database)
  await openApp()
  await page.goto(`${new URL(page.url()).origin}/#/assets/${assetId}/expectations/new`)
  const panel = page.getByRole('dialog')
  await panel.getByRole('button', { name: 'Column mean to be between' }).click()
  await choose(page, 'Column', /^amount/)
  await panel.getByRole('textbox', { name: 'Lowest' }).fill('400')
  await panel.getByRole('button', { name: 'Profile Data' }).click()
  await expect(panel.getByRole('textbox', { name: 'Highest' }), 'measured figures fill in what was not typed').toHaveValue(/^549\.\d+$/)
  await expect(panel.getByRole('textbox', { name: 'Lowest' })).toHaveValue('400')
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()

  await page.getByRole('button', { name: 'Add an Expectation' }).click()
  await expect(panel.getByText('What was typed here before is back.')).toBeVisible()
  await expect(panel.getByRole('textbox', { name: 'Lowest' })).toHaveValue('400')
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel).toBeHidden()

  const row = page.getByRole('listitem').filter({ hasText: 'mean of amount' })
  await row.getByRole('button', { name: 'Edit' }).click()
  await panel.getByRole('textbox', { name: 'Highest' }).fill('600')
  await panel.getByText('Info', { exact: true }).click()
  await panel.getByRole('textbox', { name: 'Notes' }).fill('Agreed in spring')
  await panel.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(row).toContainText('600')
  await expect(row).toContainText('Info')
  await expect(row).toContainText('Agreed in spring')

  await row.getByRole('button', { name: 'Delete' }).click()
  await expect(row).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row).toContainText('Agreed in spring')
  await page.reload()
  await expect(row).toContainText('600')
})

/** Typed by keys, as a person does: filling an editable region at once makes the browser write styles into it, which the policy refuses. */
async function fillQuery(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Query for unexpected rows' }).click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(sql)
}
