import { describe, expect, test } from 'vitest'
import { Connection, Disconnected, type OpenOutcome, type Wire, type WireOpener } from '#api/connection.ts'

/** A wire that answers every call with its name, until it is cut. */
function wireNamed(name: string): { readonly wire: Wire; readonly cut: () => void } {
  let cut = () => {}
  const closed = new Promise<void>((resolve) => {
    cut = resolve
  })
  const call = (path: readonly string[]) =>
    path[0] === 'hang' ? closed.then(() => Promise.reject(new Error('socket'))) : Promise.resolve(name)
  return { wire: { link: { call: async (path) => await call(path) }, closed }, cut }
}

function opening(...outcomes: readonly OpenOutcome[]): WireOpener & { opened: number; forgot: boolean } {
  return {
    reopens: true,
    opened: 0,
    forgot: false,
    async open() {
      return outcomes[this.opened++] ?? { outcome: 'unreachable' }
    },
    forget() {
      this.forgot = true
    },
  }
}

const call = async (connection: Connection, path: string) => (await connection.wire()).link.call([path], {}, { context: {} })
const reaches = async (connection: Connection, state: string) =>
  await new Promise<void>((resolve) => {
    const look = () => {
      if (connection.state().state === state) resolve()
    }
    connection.listen(look)
    look()
  })

describe('the connection of a page', () => {
  test('lets calls wait until it is open', async () => {
    const connection = new Connection(opening({ outcome: 'open', wire: wireNamed('first').wire }))
    const answer = call(connection, 'info')
    expect(connection.state().state).toBe('connecting')
    await connection.start()
    expect(await answer).toBe('first')
  })

  test('is opened again after a short drop; calls under way fail, later ones are only late', async () => {
    const first = wireNamed('first')
    const opener = opening(
      { outcome: 'open', wire: first.wire },
      { outcome: 'unreachable' },
      { outcome: 'open', wire: wireNamed('second').wire },
    )
    const connection = new Connection(opener, [0, 0, 0])
    await connection.start()
    const underWay = call(connection, 'hang')
    underWay.catch(() => {})
    await Promise.resolve()
    first.cut()
    await reaches(connection, 'reopening')
    expect(await call(connection, 'info')).toBe('second')
    await expect(underWay).rejects.toBeInstanceOf(Disconnected)
    expect(opener.forgot).toBe(false)
  })

  test('is lost when nobody answers any more, forgets its session, and never asks again', async () => {
    const first = wireNamed('first')
    const opener = opening({ outcome: 'open', wire: first.wire })
    const connection = new Connection(opener, [0, 0])
    await connection.start()
    first.cut()
    await reaches(connection, 'lost')
    const opened = opener.opened
    await expect(call(connection, 'info')).rejects.toBeInstanceOf(Disconnected)
    expect(opener).toMatchObject({ forgot: true, opened })
  })

  test('says why it was denied', async () => {
    const connection = new Connection(opening({ outcome: 'denied', reason: 'link-used' }))
    await connection.start()
    expect(connection.state()).toEqual({ state: 'denied', reason: 'link-used' })
    await expect(call(connection, 'info')).rejects.toBeInstanceOf(Disconnected)
  })

  test('stops waiting when its caller does', async () => {
    const connection = new Connection(opening())
    const abort = new AbortController()
    const waiting = connection.wire(abort.signal)
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
