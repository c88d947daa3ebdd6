import { notificationsStore } from '@mantine/notifications'
import { expect, test } from 'vitest'
import { copyText } from '#ui/copy-text.ts'

test('a clipboard that refuses is told, and what was to be said of a copy is not', async () => {
  // Node has no clipboard, as a page has none that was not allowed one.
  expect(await copyText('SELECT 1', 'Query copied.')).toBe(false)
  const { notifications, queue } = notificationsStore.getState()
  expect([...notifications, ...queue].map(({ message, color }) => [message, color])).toEqual([
    ['Not copied: the clipboard was refused. Click into the window and try again.', 'red'],
  ])
})
