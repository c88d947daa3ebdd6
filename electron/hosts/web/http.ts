import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { cspFor } from '#hosts/common/csp.ts'
import { freshNonce, type PageFile, type PageFiles } from '#hosts/common/page-files.ts'
import type { Log } from '#services/platform.ts'
import type { Access } from './access.ts'
import { DOWNLOAD_PATH, type Downloads } from './downloads.ts'
import { refusalOf } from './guard.ts'
import type { Peers } from './peer-user.ts'
import type { FailureLimit } from './rate-limit.ts'

/** The web host's answers over HTTP: the page, the three exchanges that lead to a socket, and files on their way to the browser's downloads. */

export interface HttpParts {
  readonly access: Access
  readonly limit: FailureLimit
  readonly peers: Peers
  readonly files: PageFiles
  readonly downloads: Downloads
  readonly log: Log
  /** The Host values that are ours; known once the port is. */
  hosts(): readonly string[]
}

const MAX_BODY_BYTES = 1024 * 1024

/** Every route beside the page's files. `token`: without a valid one it answers 401. A new route has to say. */
export const routes: readonly Route[] = [
  { path: '/exchange', needs: 'key', answer: exchangeKey },
  { path: '/key', needs: 'token', answer: ({ access }) => ({ key: access.newKey() }) },
  { path: '/ticket', needs: 'token', answer: ({ access }) => ({ ticket: access.newTicket() }) },
]

interface Route {
  readonly path: string
  readonly needs: 'key' | 'token'
  /** null: the secret it needs was wrong. */
  answer(parts: HttpParts, body: unknown): object | null
}

export function requestHandler(parts: HttpParts): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      parts.log.error('web-request-failed', error)
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, { sentence: 'Something went wrong in Plumbline itself.' })
    })
  }
}

async function answer(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  setCommonHeaders(response)
  const refusal = refusalOf(request, parts.hosts(), 'request') ?? ((await parts.peers.mayTalk(request.socket)) ? null : 'user')
  if (refusal !== null) {
    parts.log.warn('web-refused', { reason: refusal })
    return sendJson(response, 403, {})
  }
  const route = routes.find(({ path }) => path === request.url)
  if (route !== undefined) return answerRoute(parts, route, request, response)
  if (request.url?.startsWith(DOWNLOAD_PATH) === true) return answerDownload(parts, request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendJson(response, 405, {})
  const host = request.headers.host ?? ''
  const nonce = freshNonce()
  const file = request.url === '/' ? await parts.files.page(nonce) : await parts.files.file(request.url ?? '')
  if (file === null) return sendJson(response, 404, {})
  response.setHeader('Content-Security-Policy', cspFor({ nonce, origin: `http://${host}` }))
  sendFile(request, response, file)
}

async function answerRoute(parts: HttpParts, route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return sendJson(response, 405, {})
  if (route.needs === 'token' && !parts.access.isToken(bearerOf(request))) return sendWrongSecret(parts, response)
  const body = await readJson(request)
  if (body === tooLarge) return sendJson(response, 413, {})
  const result = route.answer(parts, body)
  if (result === null) return sendWrongSecret(parts, response)
  sendJson(response, 200, result)
}

/** By its own ticket: the browser fetches it for a link, which carries no token. */
async function answerDownload(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET') return sendJson(response, 405, {})
  if (!parts.downloads.answer(request.url ?? '', response)) await sendWrongSecret(parts, response)
}

function exchangeKey({ access }: HttpParts, body: unknown): object | null {
  const given = z.strictObject({ key: z.string().max(200) }).safeParse(body)
  const token = given.success ? access.exchange(given.data.key) : null
  return token === null ? null : { token }
}

async function sendWrongSecret(parts: HttpParts, response: ServerResponse): Promise<void> {
  const tooMany = await parts.limit.failed()
  const sentence = 'This link was used already or is older than a minute. Press Enter where Plumbline was started for a fresh one.'
  sendJson(response, tooMany ? 429 : 401, { sentence })
}

function bearerOf(request: IncomingMessage): string {
  return /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

const tooLarge = Symbol('too large')

/** undefined: not JSON. The rest of a body that is too large is not read. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return tooLarge
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined // what is not JSON is not what a route asks for, and is answered as a wrong secret
  }
}

/** No cookie is ever set, and no Access-Control-* header: nothing here is for another origin. */
function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  // What of the request was not read is not waited for.
  if (status === 413) response.setHeader('Connection', 'close')
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(value))
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  response.writeHead(200, { 'Content-Type': file.contentType, 'Content-Length': file.body.byteLength })
  response.end(request.method === 'HEAD' ? undefined : file.body)
}
