import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { os } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Downloads } from '#hosts/web/downloads.ts'
import { routes } from '#hosts/web/http.ts'
import {
  ask,
  memoryLog,
  openSocket,
  post,
  type Reply,
  startTestHost,
  type TestHost,
  ticketFrom,
  tokenFrom,
  trySocket,
} from '#test/support/host.ts'

let host: TestHost
const downloads = new Downloads()
beforeAll(async () => {
  host = await startTestHost({ downloads })
})
afterAll(() => host.dispose())

const everyPath = ['/', '/assets/main.js', ...routes.map(({ path }) => path), '/download/guess', '/rpc', '/nowhere']
const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']

describe('W01 a foreign Host', () => {
  test.each(everyPath)('is refused on %s', async (path) => {
    for (const method of ['GET', 'POST']) {
      expect((await ask(host, { method, path, headers: [['Host', 'evil.test']] })).status).toBe(403)
    }
  })

  test('is refused on an upgrade, even with a good ticket', async () => {
    const ticket = await ticketFrom(host, await tokenFrom(host))
    expect(await trySocket(host, { ticket, headers: { Host: 'evil.test' }, origin: 'http://evil.test' })).toMatchObject({ status: 403 })
    expect(await trySocket(host, { ticket, headers: { Host: 'evil.test' } })).toMatchObject({ status: 403 })
  })
})

describe('W02 a Host that is nearly ours', () => {
  test('is refused in each spelling, and ours is not', async () => {
    const { port } = host
    const spellings = [
      `localhost.:${port}`,
      `LOCALHOST:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      'localhost',
      `127.0.0.1.nip.io:${port}`,
      `127.1:${port}`,
      `2130706433:${port}`,
      `0.0.0.0:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `[0:0:0:0:0:0:0:1]:${port}`,
      `[::1%25lo]:${port}`,
      `127.0.0.1:0${port}`,
      `127.0.0.1:${port}.`,
      `127.0.0.1:${port}/`,
      `127.0.0.1:${port}@evil.test`,
      `127.0.0.1%00.evil.test:${port}`,
      `0x7f000001:${port}`,
      `0177.0.0.1:${port}`,
      `127.0.0.1.:${port}`,
      `localhost.evil.test:${port}`,
      `http://127.0.0.1:${port}`,
      `user@127.0.0.1:${port}`,
      `127.0.0.1:${port}, evil.test`,
      '',
    ]
    for (const spelling of spellings)
      expect([spelling, (await ask(host, { headers: [['Host', spelling]] })).status]).toEqual([spelling, 403])
    for (const ours of [`127.0.0.1:${port}`, `localhost:${port}`]) expect((await ask(host, { headers: [['Host', ours]] })).status).toBe(200)
  })

  test.each([
    ['twice', (own: string) => `GET / HTTP/1.1\r\nHost: ${own}\r\nHost: evil.test\r\n\r\n`],
    ['twice the same', (own: string) => `GET / HTTP/1.1\r\nHost: ${own}\r\nHost: ${own}\r\n\r\n`],
    ['not at all', () => 'GET / HTTP/1.1\r\n\r\n'],
    ['in the target', (own: string) => `GET http://evil.test/ HTTP/1.1\r\nHost: ${own}\r\n\r\n`],
    ['with white space before the colon', (own: string) => `GET / HTTP/1.1\r\nHost : ${own}\r\n\r\n`],
    ['folded over two lines', (own: string) => `GET / HTTP/1.1\r\nHost: evil.test\r\n ${own}\r\n\r\n`],
    ['with no path', (own: string) => `OPTIONS * HTTP/1.1\r\nHost: ${own}\r\n\r\n`],
    ['in the target, as ours', (own: string) => `GET http://${own}/ HTTP/1.1\r\nHost: ${own}\r\n\r\n`],
    ['with another authority form', (own: string) => `GET //evil.test/ HTTP/1.1\r\nHost: evil.test, ${own}\r\n\r\n`],
  ])('given %s is refused', async (_, text) => {
    // 0: what is no HTTP at all gets no answer either.
    expect([403, 0]).toContain(await rawStatus(text(`127.0.0.1:${host.port}`)))
  })
})

describe('W04 a socket from elsewhere', () => {
  test('is refused for every origin but the page itself', async () => {
    const token = await tokenFrom(host)
    const foreign = [
      null,
      'null',
      'http://127.0.0.1:1',
      `https://127.0.0.1:${host.port}`,
      `http://localhost:${host.port}`, // another name of ours than the one it connects to
      `http://127.0.0.1.nip.io:${host.port}`,
      'http://evil.test',
      'file://',
    ]
    for (const origin of foreign) {
      expect([origin, (await trySocket(host, { ticket: await ticketFrom(host, token), origin })).status]).toEqual([origin, 403])
    }
    const own = await trySocket(host, { ticket: await ticketFrom(host, token) })
    expect(own.status).toBe(101)
    own.socket?.terminate()
  })

  test('is refused when the browser says that another site sends it', async () => {
    const ticket = await ticketFrom(host, await tokenFrom(host))
    expect((await trySocket(host, { ticket, headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403)
  })

  test('selects our protocol only, does not echo the ticket, and compresses nothing', async () => {
    const socket = await openSocket(host)
    expect(socket.protocol).toBe('plumbline.v1')
    expect(socket.extensions).toBe('')
    socket.terminate()
    expect((await trySocket(host, { ticket: '', protocols: [`ticket.${await ticketFrom(host, await tokenFrom(host))}`] })).status).toBe(401)
  })
})

describe('W06 no other origin is ever let in', () => {
  test('no answer carries an Access-Control header or a cookie, and each forbids sniffing, framing and caching', async () => {
    const token = await tokenFrom(host)
    const replies: Reply[] = []
    for (const path of everyPath) {
      const asked = everyMethod.flatMap((method) =>
        [
          [],
          [['Origin', host.origin]],
          [['Origin', 'http://evil.test']],
          [
            ['Origin', host.origin],
            ['Authorization', `Bearer ${token}`],
          ],
        ].map((headers) => ask(host, { method, path, headers: headers as [string, string][] })),
      )
      replies.push(...(await Promise.all(asked)))
    }
    for (const { headers } of replies) {
      expect(Object.keys(headers).filter((name) => /^(access-control-|set-cookie)/.test(name))).toEqual([])
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    }
  })
})

describe('W07 every route needs the token', () => {
  const open = ['/exchange']

  test('but the page, its files and the exchange of a key', async () => {
    const routed = routes.map(({ path }) => path).filter((path) => !open.includes(path))
    expect(routed.length).toBeGreaterThan(0)
    for (const path of routed) {
      expect([path, (await post(host, path, {})).status]).toEqual([path, 401])
      expect([path, (await post(host, path, {}, 'wrong'.repeat(8))).status]).toEqual([path, 401])
      expect([path, (await post(host, path, {}, await tokenFrom(host))).status]).toEqual([path, 200])
    }
  })

  test('and no route stands anywhere but in the table, by which all of this is tried', () => {
    const folder = fileURLToPath(new URL('../../electron/hosts/web/', import.meta.url))
    const addresses = readdirSync(folder)
      .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/['"`](\/[a-z][\w/-]*)['"`]/g)].map((found) => found[1]))
      .filter((path) => !path?.startsWith('/proc/'))
    expect(new Set(addresses)).toEqual(new Set(['/rpc', ...routes.map(({ path }) => path)]))
  })

  test('and no other method or path answers anything', async () => {
    for (const path of everyPath) {
      for (const method of everyMethod) {
        const page = (method === 'GET' || method === 'HEAD') && (path === '/' || path === '/assets/main.js')
        const reply = await ask(host, { method, path, headers: [['Origin', host.origin]] })
        expect([method, path, page ? reply.status === 200 : reply.status >= 400]).toEqual([method, path, true])
        if (!page) expect(reply.body).not.toMatch(/token|ticket":|key":/)
      }
    }
  })

  test('a POST without an Origin, or from another, is refused before its key is looked at', async () => {
    const key = host.freshLink().split('#k=')[1]
    for (const headers of [[], [['Origin', 'null']], [['Origin', 'http://evil.test']], [['Origin', `http://localhost:${host.port}`]]]) {
      const reply = await ask(host, {
        method: 'POST',
        path: '/exchange',
        headers: headers as [string, string][],
        body: JSON.stringify({ key }),
      })
      expect(reply.status).toBe(403)
    }
    expect((await post(host, '/exchange', { key })).status).toBe(200)
  })
})

describe('W11 the port', () => {
  test('is open on the loopback addresses only', () => {
    const lines = execFileSync('ss', ['-Hltn', `sport = :${host.port}`], { encoding: 'utf8' })
      .trim()
      .split('\n')
    const addresses = lines.map((line) => line.trim().split(/\s+/)[3])
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) expect([`127.0.0.1:${host.port}`, `[::1]:${host.port}`]).toContain(address)
  })
})

describe('W12 files outside the page', () => {
  test.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../../etc/passwd',
    '/assets/..\\..\\etc\\passwd',
    '/assets/%5c..%5c..%5cetc%5cpasswd',
    '//etc/passwd',
    '/assets//main.js',
    '/assets/./main.js',
    '/assets/main.js%00.css',
    '/assets/main.js/',
    '/assets/main.js?raw',
    '/assets/main.js?import&raw',
    '/@fs/etc/passwd',
    '/ASSETS/main.js',
    '/assets/main%2ejs',
    '/assets',
    '/assets/',
    '/index.html',
    '/assets/main.js.map',
    '/.vite/manifest.json',
    '/file:///etc/passwd',
    '/....//....//etc/passwd',
    '/..;/etc/passwd',
    '/%c0%ae%c0%ae/etc/passwd',
    '/%252e%252e%252fetc%252fpasswd',
    '/%u002e%u002e/etc/passwd',
    '/assets/main.js%2f..%2f..%2fsecret',
    '/assets%2fmain.js',
    '/assets/main.js;x',
    '/assets/main.js#x',
    '/assets/main.js%20',
    '/assets/main.js.',
    '/assets/main.js::$DATA',
    '/C:/Windows/win.ini',
    '/C:%5cWindows%5cwin.ini',
    '/%5c%5chost%5cshare',
    '/proc/self/environ',
    '/.%2e/package.json',
    '/?/etc/passwd',
    '/%00',
    '/%',
    '/%ff%fe',
    `/${'a'.repeat(8_000)}`,
    `/${'../'.repeat(2_000)}etc/passwd`,
    '/toString',
    '/hasOwnProperty',
    '/constructor',
    '/__proto__',
  ])('%s is not found', async (path) => {
    expect((await ask(host, { path })).status).toBe(404)
  })
})

describe('limits', () => {
  test('a body of more than 1 MiB is not read', async () => {
    const reply = await ask(host, {
      method: 'POST',
      path: '/exchange',
      headers: [['Origin', host.origin]],
      body: JSON.stringify({ key: 'k'.repeat(1_100_000) }),
    }).catch((error: Error) => error.message)
    // The host stops reading and answers; whether the answer is seen depends on who is quicker.
    expect(typeof reply === 'string' ? 413 : reply.status).toBe(413)
  })

  test('a message of more than 16 MiB ends its socket', async () => {
    const socket = await openSocket(host)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.send('x'.repeat(17_000_000))
    expect(await closed).toBe(1009)
  })

  test('the largest script goes in, and an answer of 20 MB comes out, on a socket that stays', async () => {
    const router = { grow: os.input(z.string().max(2_000_000)).handler(({ input }) => input.repeat(10)) }
    const served = await startTestHost({ served: { router, context: { log: memoryLog().log } } })
    try {
      const socket = await openSocket(served)
      const client: { grow(text: string): Promise<string> } = createORPCClient(
        new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
      )
      expect((await client.grow('\u20AC'.repeat(2_000_000))).length).toBe(20_000_000)
      expect(await client.grow('a')).toBe('a'.repeat(10))
      socket.terminate()
    } finally {
      await served.dispose()
    }
  })

  test.each([['not json'], ['{}'], ['[1,2,3]'], ['null'], [Buffer.from('{"i":"1"}')]])(
    'a message that is none of the contract (%s) ends its socket and not the host',
    async (message) => {
      const socket = await openSocket(host)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.send(message)
      await closed
      expect((await ask(host)).status).toBe(200)
    },
  )

  test('eight sockets, and the ninth waits for one to close', async () => {
    const token = await tokenFrom(host)
    const open = []
    for (let count = 0; count < 8; count += 1) open.push(await trySocket(host, { ticket: await ticketFrom(host, token) }))
    expect(open.map(({ status }) => status)).toEqual(Array(8).fill(101))
    expect((await trySocket(host, { ticket: await ticketFrom(host, token) })).status).toBe(503)
    for (const { socket } of open) socket?.terminate()
  })
})

function rawStatus(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.port, '127.0.0.1', () => socket.write(text))
    socket.once('data', (data) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1]))
      socket.destroy()
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(0))
  })
}

describe('a download', () => {
  const signal = new AbortController().signal

  /** A file whose first bytes are there: where the page fetches it, the file, and those bytes on their way. */
  async function begun(name = 'rows.csv', wanted = signal) {
    const announced: string[] = []
    const file = await downloads.open(name, { signal: wanted, announce: (path) => announced.push(path) })
    const first = file.write(Buffer.from('one,'))
    first.catch(() => {})
    const [path = ''] = announced
    return { path, file, first }
  }

  test('is not begun before there is something in it', async () => {
    const announced: string[] = []
    const file = await downloads.open('rows.csv', { signal, announce: (path) => announced.push(path) })
    await file.discard()
    expect(announced).toEqual([])
  })

  test('is had once, by the ticket in its address alone, as a file and nothing else', async () => {
    const { path, file, first } = await begun("rows'\r\nSet-Cookie: x=1 ä.csv")
    const answer = ask(host, { path })
    await first
    await file.write(Buffer.from('two'))
    await file.finish()
    const { status, body, headers } = await answer
    expect([status, body]).toEqual([200, 'one,two'])
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''rows%27%0D%0ASet-Cookie%3A%20x%3D1%20%C3%A4.csv")
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect(headers['set-cookie']).toBeUndefined()
    expect((await ask(host, { path })).status).toBe(401)
  })

  test('is refused to a foreign host, a page of another site, another method and a guess, none of which use it up', async () => {
    const { path, file, first } = await begun()
    expect((await ask(host, { path, headers: [['Host', 'evil.test']] })).status).toBe(403)
    expect((await ask(host, { path, headers: [['Sec-Fetch-Site', 'cross-site']] })).status).toBe(403)
    expect((await ask(host, { path, headers: [['Origin', 'http://evil.test']] })).status).toBe(403)
    expect((await ask(host, { path, method: 'HEAD' })).status).toBe(405)
    expect((await ask(host, { path: `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}` })).status).toBe(401)
    expect((await ask(host, { path: `/download/${await ticketFrom(host, await tokenFrom(host))}` })).status).toBe(401)
    expect(await trySocket(host, { ticket: path.slice('/download/'.length) })).toMatchObject({ status: 401 })
    const answer = ask(host, { path, headers: [['Sec-Fetch-Site', 'same-origin']] })
    await first
    await file.finish()
    expect((await answer).status).toBe(200)
  })

  test('that breaks off does not look whole: the connection is cut', async () => {
    const { path, file, first } = await begun()
    const answer = fetch(`${host.origin}${path}`).then((response) => response.text())
    await first
    await file.discard()
    await expect(answer).rejects.toThrow()
  })

  test('that the browser stops ends what writes it', async () => {
    const { path, file, first } = await begun()
    const stopping = new AbortController()
    const answer = fetch(`${host.origin}${path}`, { signal: stopping.signal }).then((response) => response.text())
    await first
    stopping.abort()
    await expect(answer).rejects.toThrow()
    const writing = async () => {
      for (;;) await file.write(Buffer.alloc(1_000_000))
    }
    await expect(writing()).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('that nobody wants any more is not to be had', async () => {
    const leaving = new AbortController()
    const { path, first } = await begun('rows.csv', leaving.signal)
    leaving.abort()
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    expect([401, 429]).toContain((await ask(host, { path })).status)
  })
})
