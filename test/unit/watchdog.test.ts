import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LeasedConnection } from '#services/validation/connections.ts'
import { Watchdog } from '#services/validation/watchdog.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each(['in time', 'after the run has ended'])(
  'one that is still connecting when it is wanted a second time takes one connection, and gives it back: %s',
  async (when) => {
    const [asked, released]: [(() => void)[], string[]] = [[], []]
    const connection = { query: () => Promise.resolve({ rows: [] }) } as unknown as LeasedConnection['connection']
    const watchdog = new Watchdog({
      runId: 'run',
      control: () =>
        new Promise((resolve) =>
          asked.push(() => resolve({ connection, release: async () => void released.push('one') } as LeasedConnection)),
        ),
      makeWay: () => {},
      remark: () => {},
    })
    const secured = watchdog.secure()
    await vi.advanceTimersByTimeAsync(2_000) // its own first look is due
    const connect = () => {
      for (const grant of asked) grant()
    }
    if (when === 'in time') connect()
    await vi.advanceTimersByTimeAsync(0)
    const stopped = watchdog.stop()
    if (when !== 'in time') connect()
    await vi.advanceTimersByTimeAsync(1_000)
    await Promise.all([secured, stopped])
    expect([asked.length, released]).toEqual([1, ['one']])
  },
)
