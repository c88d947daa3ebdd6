import { expect, test } from 'vitest'
import { arrangeTasks } from '#app/status-tasks.ts'
import type { Task } from '#shared/model/task.ts'

function task(title: string, state: Task['state']): Task {
  return {
    id: title,
    kind: 'validation',
    title,
    detail: null,
    done: 0,
    total: 1,
    state,
    startedAt: '2026-01-01T00:00:00Z',
    sentence: null,
    cancellable: true,
  }
}

test('of a script that failed the status bar says how far its statements came', () => {
  const script = { ...task('SELECT 1; …', 'failed'), kind: 'query' as const, detail: '2 statements ran, 1 failed' }
  expect(arrangeTasks([script]).ended).toBe('SELECT 1; …: 2 statements ran, 1 failed')
  expect(arrangeTasks([{ ...script, detail: null }]).ended).toBe('SELECT 1; …: failed')
  expect(arrangeTasks([script, task('other', 'done')]).ended).toBe('1 failed, 1 done')
})

test.each<[string, readonly Task['state'][], { running: number; more: number; ended: string | null }]>([
  ['nothing', [], { running: 0, more: 0, ended: null }],
  ['three that run', ['running', 'running', 'cancelling'], { running: 3, more: 0, ended: null }],
  ['four that run', ['running', 'running', 'running', 'running'], { running: 2, more: 2, ended: null }],
  ['one that ended', ['done'], { running: 0, more: 0, ended: '0: done' }],
  ['many that ended', ['done', 'failed', 'done', 'cancelled'], { running: 0, more: 0, ended: '2 done, 1 failed, 1 cancelled' }],
  ['some of both', ['done', 'running'], { running: 1, more: 0, ended: '0: done' }],
])('the status bar has room for %s', (_name, states, expected) => {
  const { running, more, ended } = arrangeTasks(states.map((state, index) => task(String(index), state)))
  expect({ running: running.length, more: more.length, ended }).toEqual(expected)
})
