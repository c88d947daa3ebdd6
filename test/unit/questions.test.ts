import { expect, test } from 'vitest'
import { Questions } from '#ui/questions.ts'

test('a question is open until it is answered', async () => {
  const questions = new Questions<string>()
  const asked = questions.ask('Remove it?')
  expect(questions.open()?.question).toBe('Remove it?')
  questions.open()?.answer(true)
  expect([await asked, questions.open()]).toEqual([true, null])
})

test('a new question answers the one before with no, and a late answer to that one leaves the new one open', async () => {
  const questions = new Questions<string>()
  const first = questions.ask('first')
  const late = questions.open()
  const second = questions.ask('second')
  expect(await first).toBe(false)
  expect(questions.open()?.key).not.toBe(late?.key)
  late?.answer(true)
  expect(questions.open()?.question).toBe('second')
  questions.open()?.answer(true)
  expect(await second).toBe(true)
})
