import { Agent } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { Access } from '#hosts/web/access.ts'
import { type Clock, FailureLimit } from '#hosts/web/rate-limit.ts'
import { rpc } from '#services/rpc.ts'
import { recordFigure } from '#test/support/figures.ts'
import {
  ask,
  keyOf,
  memoryLog,
  openSocket,
  post,
  startTestHost,
  type TestHost,
  ticketFrom,
  tokenFrom,
  trySocket,
} from '#test/support/host.ts'
import { type Client, clientOver } from '#test/support/wires.ts'

/** Moves only when a test moves it; what waits is let go by hand. */
class HandClock implements Clock {
  time = 0
  waits: number[] = []
  now = (): number => this.time
  wait = async (ms: number): Promise<void> => {
    this.waits.push(ms)
  }
}

const hosts: TestHost[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.dispose()
})

async function start(): Promise<{ host: TestHost; clock: HandClock }> {
  const clock = new HandClock()
  const host = await startTestHost({ clock })
  hosts.push(host)
  return { host, clock }
}

describe('W09 a key', () => {
  test('works once', async () => {
    const { host } = await start()
    const key = keyOf(host.freshLink())
    expect((await post(host, '/exchange', { key })).status).toBe(200)
    expect((await post(host, '/exchange', { key })).status).toBe(401)
  })

  test('works for a minute', async () => {
    const { host, clock } = await start()
    const [first, second] = [keyOf(host.freshLink()), keyOf(host.freshLink())]
    clock.time = 59_999
    expect((await post(host, '/exchange', { key: first })).status).toBe(200)
    clock.time = 60_000
    expect((await post(host, '/exchange', { key: second })).status).toBe(401)
  })

  test('can be had for another tab by one that is in', async () => {
    const { host } = await start()
    const { key } = JSON.parse((await post(host, '/key', {}, await tokenFrom(host))).body) as { key: string }
    expect((await post(host, '/exchange', { key })).status).toBe(200)
    expect((await post(host, '/exchange', { key })).status).toBe(401)
  })

  test.each([[{}], [{ key: 5 }], [{ key: '' }], [{ key: 'x'.repeat(10_000) }], [[]]])('is nothing else: %j', async (body) => {
    const { host } = await start()
    expect((await post(host, '/exchange', body)).status).toBe(401)
  })
})

describe('a ticket', () => {
  test('opens one socket, within ten seconds', async () => {
    const { host, clock } = await start()
    const token = await tokenFrom(host)
    const used = await ticketFrom(host, token)
    const late = await ticketFrom(host, token)
    const first = await trySocket(host, { ticket: used })
    expect(first.status).toBe(101)
    first.socket?.terminate()
    expect((await trySocket(host, { ticket: used })).status).toBe(401)
    clock.time = 10_000
    expect((await trySocket(host, { ticket: late })).status).toBe(401)
  })

  test('is not a token, and a token is not a ticket', async () => {
    const { host } = await start()
    const token = await tokenFrom(host)
    expect((await trySocket(host, { ticket: token })).status).toBe(401)
    expect((await post(host, '/ticket', {}, await ticketFrom(host, token))).status).toBe(401)
  })
})

describe('W08 secrets', () => {
  test('are in no line of the log, whatever happens to them', async () => {
    const { host } = await start()
    const key = keyOf(host.freshLink())
    const token = await tokenFrom(host)
    const ticket = await ticketFrom(host, token)
    await trySocket(host, { ticket, origin: 'http://evil.test' })
    await trySocket(host, { ticket: 'wrong' })
    await post(host, `/nowhere?k=${key}`, { key }, token)
    await post(host, '/exchange', { key, more: true }, token)
    const socket = await openSocket(host)
    socket.send(`not a message: ${token}`)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(host.log.length).toBeGreaterThan(0)
    for (const secret of [key, token, ticket]) expect(host.log.join('\n')).not.toContain(secret)
  })
})

describe('W15 two tabs', () => {
  test('of which one goes away in the middle of a call: its call is stopped, the other does not notice', async () => {
    const started: (() => void)[] = []
    const stopped: string[] = []
    const { log } = memoryLog()
    const router = {
      dataSources: {
        relations: rpc.dataSources.relations.handler(
          ({ input, signal }) =>
            new Promise((_, reject) => {
              started.shift()?.()
              signal?.addEventListener('abort', () => {
                stopped.push(input.id)
                reject(new Error('stopped'))
              })
            }),
        ),
        list: rpc.dataSources.list.handler(() => []),
      },
    }
    const host = await startTestHost({ served: { router, context: { log } } })
    hosts.push(host)
    const ids = ['11111111-2222-4333-8444-555555555555', '21111111-2222-4333-8444-555555555555'] as const
    const tabs = [await openSocket(host), await openSocket(host)] as const
    const clients = tabs.map((socket) => clientOver(socket)) as [Client, Client]
    const bothStarted = Promise.all([0, 1].map(() => new Promise<void>((resolve) => started.push(resolve))))
    const calls = clients.map((client, tab) => client.dataSources.relations({ id: ids[tab === 0 ? 0 : 1] }).then(String, () => 'failed'))
    await bothStarted
    tabs[0].terminate()
    expect(await calls[0]).toBe('failed')
    await expect.poll(() => stopped).toEqual([ids[0]])
    expect(await clients[1].dataSources.list({})).toEqual([])
    expect(stopped).toEqual([ids[0]])
  })
})

describe('W10 guessing', () => {
  test('ten thousand wrong secrets, all but one character right, let nobody in, and take one guesser hours', async () => {
    const clock = new HandClock()
    // Whoever waits sees the time go by.
    clock.wait = async (ms) => {
      clock.time += ms
    }
    const host = await startTestHost({ clock })
    hosts.push(host)
    const token = await tokenFrom(host)
    const key = keyOf(host.freshLink())
    const near = (secret: string, at: number) => {
      const place = at % secret.length
      return `${secret.slice(0, place)}${secret[place] === 'A' ? 'B' : 'A'}${secret.slice(place + 1)}`
    }
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const answers = new Map<number, number>()
    for (let guess = 0; guess < 10_000; guess += 1) {
      const wrong = near(guess % 2 === 0 ? token : key, guess)
      const headers: [string, string][] = [['Origin', host.origin]]
      if (guess % 2 === 0) headers.push(['Authorization', `Bearer ${wrong}`])
      const path = guess % 2 === 0 ? '/ticket' : '/exchange'
      const { status } = await ask(host, {
        method: 'POST',
        path,
        headers,
        body: JSON.stringify(guess % 2 === 0 ? {} : { key: wrong }),
        agent,
      })
      answers.set(status, (answers.get(status) ?? 0) + 1)
    }
    agent.destroy()
    const accepted = answers.get(200) ?? 0
    recordFigure('webWrongTokens', 10_000)
    recordFigure('webWrongTokensAccepted', accepted)
    expect(Object.fromEntries(answers)).toEqual({ 401: 20, 429: 9_980 })
    expect(clock.time).toBe(9_980_000)
    // Whoever has the right ones is not slowed.
    expect((await post(host, '/ticket', {}, token)).status).toBe(200)
    expect(clock.time).toBe(9_980_000)
  })

  test('of many guesses at once sixteen are held, and the others are told at once that they are too many', async () => {
    const waiting: (() => void)[] = []
    const limit = new FailureLimit({ now: () => 0, wait: () => new Promise((resolve) => waiting.push(resolve)) })
    const settled: boolean[] = []
    const all = Array.from({ length: 100 }, () => limit.failed().then((tooMany) => settled.push(tooMany)))
    await expect.poll(() => settled.length).toBe(84)
    expect(settled.filter(Boolean)).toHaveLength(64)
    expect(waiting).toHaveLength(16)
    for (const go of waiting) go()
    await Promise.all(all)
  })

  test('how much of a guess is right is not to be told from how long its answer takes', () => {
    const access = new Access(() => 0)
    const token = access.exchange(access.newKey()) ?? ''
    const nearly = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    const far = token.replace(/./g, (character) => (character === 'x' ? 'y' : 'x'))
    const times = { nearly: [] as number[], far: [] as number[] }
    for (let round = 0; round < 4_000; round += 1) {
      for (const [kind, guess] of [
        ['nearly', nearly],
        ['far', far],
      ] as const) {
        const start = process.hrtime.bigint()
        expect(access.isToken(guess)).toBe(false)
        times[kind].push(Number(process.hrtime.bigint() - start))
      }
    }
    // A figure, and no bound on it: the machine is not ours alone. What is sure is the code's own constant-time comparison of digests.
    const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
    recordFigure('webTokenTimingSpreadPercent', Math.round((median(times.nearly) / median(times.far) - 1) * 1_000) / 10)
    expect(access.isToken(token)).toBe(true)
  })

  test('is answered late after twenty failures within a minute, and never slows who is right', async () => {
    const { host, clock } = await start()
    const token = await tokenFrom(host)
    for (let count = 0; count < 20; count += 1) expect((await post(host, '/ticket', {}, 'wrong')).status).toBe(401)
    expect(clock.waits).toEqual([])
    expect((await post(host, '/ticket', {}, 'wrong')).status).toBe(429)
    expect((await trySocket(host, { ticket: 'wrong' })).status).toBe(429)
    expect(clock.waits).toEqual([1_000, 1_000])
    expect((await post(host, '/ticket', {}, token)).status).toBe(200)
    expect(clock.waits).toHaveLength(2)
    clock.time = 60_001
    expect((await post(host, '/ticket', {}, 'wrong')).status).toBe(401)
  })
})
