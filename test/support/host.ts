import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { PageFiles } from '#hosts/common/page-files.ts'
import type { Served } from '#hosts/common/serve-contract.ts'
import type { Downloads } from '#hosts/web/downloads.ts'
import type { Clock } from '#hosts/web/rate-limit.ts'
import { startWebServer, type WebServer } from '#hosts/web/server.ts'
import type { Log } from '#services/platform.ts'
import { SOCKET_PROTOCOL, ticketProtocol } from '#shared/model/handshake.ts'

/** The web host's server, for real, with a small page and whatever contract a test serves. */

export interface TestHost extends WebServer {
  readonly origin: string
  readonly log: readonly string[]
  readonly pageFolder: string
}

export interface TestHostOptions {
  readonly served?: Served
  readonly clock?: Clock
  readonly page?: string
  readonly downloads?: Downloads
  readonly anyUser?: boolean
}

export async function startTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-host-'))
  const pageFolder = join(folder, 'page')
  writePage(pageFolder, options.page)
  const { log, lines } = memoryLog()
  const server = await startWebServer({
    served: options.served ?? { router: {}, context: { log } },
    files: new PageFiles(pageFolder),
    log,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.downloads === undefined ? {} : { downloads: options.downloads }),
    ...(options.anyUser === undefined ? {} : { anyUser: options.anyUser }),
  })
  return {
    ...server,
    origin: `http://127.0.0.1:${server.port}`,
    log: lines,
    pageFolder,
    dispose: async () => {
      await server.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A log whose lines a test can read. */
export function memoryLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = []
  return {
    lines,
    log: {
      info: (event, fields) => void lines.push(JSON.stringify({ event, ...fields })),
      warn: (event, fields) => void lines.push(JSON.stringify({ event, ...fields })),
      error: (event, error, fields) => {
        lines.push(JSON.stringify({ event, error: String(error), ...fields }))
        return 'log-id'
      },
    },
  }
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Ask {
  readonly method?: string
  readonly path?: string
  /** As they go over the wire, in order and as often as given; nothing is added but what HTTP cannot do without. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
  /** Whose connections are used; left out: one of its own. */
  readonly agent?: Agent
}

/** One HTTP request, spelled out: no header that a test did not ask for. Host is ours unless a test gives one. */
export function ask(host: Pick<TestHost, 'port'>, given: Ask = {}): Promise<Reply> {
  const headers = [...(given.headers ?? [])]
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) headers.unshift(['Host', `127.0.0.1:${host.port}`])
  if (given.body !== undefined) headers.push(['Content-Length', String(Buffer.byteLength(given.body))])
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: host.port,
        method: given.method ?? 'GET',
        path: given.path ?? '/',
        headers: headers.flat(),
        setHost: false,
        agent: given.agent ?? false,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(given.body)
  })
}

/** A request as our own page makes it. */
export function post(host: TestHost, path: string, body: object, token?: string): Promise<Reply> {
  const headers: [string, string][] = [['Origin', host.origin]]
  if (token !== undefined) headers.push(['Authorization', `Bearer ${token}`])
  return ask(host, { method: 'POST', path, headers, body: JSON.stringify(body) })
}

export function keyOf(link: string): string {
  return link.split('#k=')[1] ?? ''
}

export async function tokenFrom(host: TestHost): Promise<string> {
  const { token } = JSON.parse((await post(host, '/exchange', { key: keyOf(host.freshLink()) })).body) as { token: string }
  return token
}

export async function ticketFrom(host: TestHost, token: string): Promise<string> {
  return (JSON.parse((await post(host, '/ticket', {}, token)).body) as { ticket: string }).ticket
}

/** A socket by the whole protocol: key, token, ticket. */
export async function openSocket(host: TestHost): Promise<WebSocket> {
  const outcome = await trySocket(host, { ticket: await ticketFrom(host, await tokenFrom(host)) })
  if (outcome.socket === null) throw new Error(`The host refused the socket: ${outcome.status}.`)
  return outcome.socket
}

export interface SocketAsk {
  readonly ticket: string
  readonly path?: string
  /** null: none. Ours unless given. */
  readonly origin?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
}

export function trySocket(
  host: TestHost,
  given: SocketAsk,
): Promise<{ readonly socket: WebSocket; readonly status: 101 } | { readonly socket: null; readonly status: number }> {
  const origin = given.origin === undefined ? host.origin : given.origin
  const socket = new WebSocket(
    `ws://127.0.0.1:${host.port}${given.path ?? '/rpc'}`,
    [...(given.protocols ?? [SOCKET_PROTOCOL, ticketProtocol(given.ticket)])],
    { headers: { ...given.headers, ...(origin === null ? {} : { Origin: origin }) }, perMessageDeflate: true },
  )
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, status: 101 }))
    socket.once('unexpected-response', (_, response) => {
      resolve({ socket: null, status: response.statusCode ?? 0 })
      response.resume()
    })
    socket.once('error', reject)
  })
}

function writePage(folder: string, body = '<p>Plumbline</p><script type="module" src="./assets/main.js"></script>'): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><meta property="csp-nonce" nonce="__NONCE__"><title>Plumbline</title>${body}`,
  )
  writeFileSync(join(folder, 'assets', 'main.js'), 'document.body.dataset.loaded = "yes"\n')
  writeFileSync(join(folder, 'assets', 'main.js.map'), '{}')
  mkdirSync(join(folder, '.vite'))
  writeFileSync(join(folder, '.vite', 'manifest.json'), '{}')
}
