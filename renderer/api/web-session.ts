import { RPCLink } from '@orpc/client/websocket'
import { OneTimeKey, SessionToken, SOCKET_PROTOCOL, SocketTicket, ticketProtocol } from '#shared/model/handshake.ts'
import type { DeniedReason, OpenOutcome, Wire, WireOpener } from './connection.ts'
import { KeyExchange } from './key-exchange.ts'

/**
 * The web page's session. A link's key is exchanged once for a token; each socket is opened by a ticket that the token
 * buys. The key leaves the address bar and the history before anything else runs.
 */

const TOKEN_ITEM = 'plumbline.token'

/** A shape that checks what came over the wire. */
interface Shape<Body> {
  safeParse(value: unknown): { success: true; data: Body } | { success: false }
}

type Reply<Body> = { readonly state: 'ok'; readonly body: Body } | { readonly state: 'refused' } | { readonly state: 'unreachable' }

export class WebSession implements WireOpener {
  readonly reopens = true
  readonly #page: Window
  readonly #keys: KeyExchange
  /** The key of the link this page was opened with, until it is exchanged. */
  #key: string | null
  #token: string | null
  #deniedReason: DeniedReason = 'no-link'

  constructor(page: Window) {
    this.#page = page
    this.#key = takeKey(page)
    this.#token = page.sessionStorage.getItem(TOKEN_ITEM)
    if (this.#token !== null) this.#deniedReason = 'session-ended'
    this.#keys = new KeyExchange(() => this.#keyForAnotherTab())
  }

  async open(): Promise<OpenOutcome> {
    if (this.#key !== null) {
      const key = this.#key
      this.#key = null
      const reply = await this.#exchange(key)
      if (reply === 'unreachable') return { outcome: 'unreachable' }
      if (reply === 'refused' && this.#token === null) this.#deniedReason = 'link-used'
    }
    if (this.#token !== null) {
      const outcome = await this.#openSocket(this.#token)
      if (outcome.outcome !== 'denied') return outcome
      this.forget()
    }
    const key = await this.#keys.ask()
    if (key === null) return { outcome: 'denied', reason: this.#deniedReason }
    const reply = await this.#exchange(key)
    if (reply === 'unreachable') return { outcome: 'unreachable' }
    return this.#token === null ? { outcome: 'denied', reason: this.#deniedReason } : await this.#openSocket(this.#token)
  }

  forget(): void {
    this.#token = null
    this.#keys.stopAnswering()
    this.#page.sessionStorage.removeItem(TOKEN_ITEM)
  }

  async #exchange(key: string): Promise<'ok' | 'refused' | 'unreachable'> {
    const reply = await post('/exchange', { key }, null, SessionToken)
    if (reply.state !== 'ok') return reply.state
    this.#token = reply.body.token
    this.#deniedReason = 'session-ended'
    this.#page.sessionStorage.setItem(TOKEN_ITEM, reply.body.token)
    return 'ok'
  }

  async #openSocket(token: string): Promise<OpenOutcome> {
    const reply = await post('/ticket', {}, token, SocketTicket)
    if (reply.state === 'unreachable') return { outcome: 'unreachable' }
    if (reply.state === 'refused') return { outcome: 'denied', reason: this.#deniedReason }
    const socket = new WebSocket(new URL('/rpc', this.#page.location.href.replace(/^http/, 'ws')), [
      SOCKET_PROTOCOL,
      ticketProtocol(reply.body.ticket),
    ])
    const wire = await opened(socket)
    if (wire === null) return { outcome: 'unreachable' }
    this.#keys.answerUntil(wire.closed)
    return { outcome: 'open', wire }
  }

  async #keyForAnotherTab(): Promise<string | null> {
    if (this.#token === null) return null
    const reply = await post('/key', {}, this.#token, OneTimeKey)
    return reply.state === 'ok' ? reply.body.key : null
  }
}

/** Reads the key from `#k=…` and takes it out of the address and of this history entry. */
function takeKey(page: Window): string | null {
  const match = /^#k=([\w-]+)$/.exec(page.location.hash)
  if (match === null) return null
  // SECURITY: before the router, so that no address with a key is ever remembered.
  page.history.replaceState(null, '', `${page.location.pathname}#/`)
  return match[1] ?? null
}

async function opened(socket: WebSocket): Promise<Wire | null> {
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }))
  const link = new RPCLink({ websocket: socket })
  const open = new Promise<true>((resolve) => socket.addEventListener('open', () => resolve(true), { once: true }))
  return (await Promise.race([open, closed])) === true ? { link, closed } : null
}

async function post<Body>(path: string, body: object, token: string | null, shape: Shape<Body>): Promise<Reply<Body>> {
  let response: Response
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
    })
  } catch {
    // fetch rejects only when there was no answer: the program has gone, or is not there yet.
    return { state: 'unreachable' }
  }
  if (!response.ok) return { state: 'refused' }
  const parsed = shape.safeParse(await response.json().catch(() => null))
  return parsed.success ? { state: 'ok', body: parsed.data } : { state: 'refused' }
}
