import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ContractServer } from '#hosts/common/serve-contract.ts'
import type { Log } from '#services/platform.ts'
import { SOCKET_PROTOCOL, ticketProtocol } from '#shared/model/handshake.ts'
import type { Access } from './access.ts'
import { refusalOf } from './guard.ts'
import type { Peers } from './peer-user.ts'
import type { FailureLimit } from './rate-limit.ts'

/** The contract over WebSockets. */

export interface SocketParts {
  readonly access: Access
  readonly limit: FailureLimit
  readonly peers: Peers
  readonly contract: ContractServer
  readonly log: Log
  hosts(): readonly string[]
}

const TICKET_PREFIX = ticketProtocol('')
const MAX_SOCKETS = 8
/** The contract's largest inputs (a script of 2,000,000 characters, 20,000 names of tables) fit, in JSON and whatever their alphabet. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024
/** What may wait in memory for a reader that does not keep up; event streams pause well before. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024
const PAUSE_ABOVE_BYTES = 1024 * 1024
const PING_INTERVAL_MS = 15_000

export class Sockets {
  readonly #parts: SocketParts
  readonly #server: WebSocketServer
  readonly #ping: NodeJS.Timeout

  constructor(parts: SocketParts) {
    this.#parts = parts
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      // Only ever our own name: the ticket that comes beside it is not echoed.
      handleProtocols: () => SOCKET_PROTOCOL,
    })
    this.#ping = setInterval(() => this.#endSilent(), PING_INTERVAL_MS)
    this.#ping.unref()
  }

  /** For the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that resets here, before there is a WebSocket to own the error, must not end the process.
    socket.on('error', () => socket.destroy())
    this.#refusal(request).then(
      (status) => {
        if (status !== null) return refuse(socket, status)
        this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket))
      },
      (error: unknown) => {
        this.#parts.log.error('web-upgrade-failed', error)
        socket.destroy()
      },
    )
  }

  /** Ends all sockets, and with them their calls. */
  dispose(): void {
    clearInterval(this.#ping)
    for (const webSocket of this.#server.clients) webSocket.terminate()
    this.#server.close()
  }

  async #refusal(request: IncomingMessage): Promise<number | null> {
    const reason = refusalOf(request, this.#parts.hosts(), 'socket') ?? ((await this.#parts.peers.mayTalk(request.socket)) ? null : 'user')
    if (reason !== null) {
      this.#parts.log.warn('web-refused', { reason, socket: true })
      return 403
    }
    if (request.url !== '/rpc' || request.method !== 'GET') return 404
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    const ticket = offered.find((name) => name.startsWith(TICKET_PREFIX))?.slice(TICKET_PREFIX.length) ?? ''
    if (!offered.includes(SOCKET_PROTOCOL) || !this.#parts.access.redeemTicket(ticket))
      return (await this.#parts.limit.failed()) ? 429 : 401
    return this.#server.clients.size >= MAX_SOCKETS ? 503 : null
  }

  #serve(webSocket: WebSocket): void {
    const connection = this.#parts.contract.connect({
      send: (message) => sendBounded(webSocket, message),
      broken: () => webSocket.close(1002),
    })
    alive.add(webSocket)
    webSocket.on('message', (data, isBinary) => connection.receive(isBinary ? data : data.toString()))
    webSocket.on('close', () => connection.close())
    webSocket.on('error', (error) => this.#parts.log.warn('web-socket-error', { name: error.name }))
    webSocket.on('pong', () => alive.add(webSocket))
  }

  /** A computer that fell asleep or a tab that froze leaves a socket that never closes; its calls should end all the same. */
  #endSilent(): void {
    for (const webSocket of this.#server.clients) {
      if (alive.delete(webSocket)) webSocket.ping()
      else webSocket.terminate()
    }
  }
}

/** Sockets that answered since the last ping. */
const alive = new WeakSet<WebSocket>()

/** Settles when the operating system has taken enough of it; ends a socket whose reader lets too much pile up. */
function sendBounded(webSocket: WebSocket, message: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // One answer that is large by itself is no sign of a reader that does not read.
    if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) {
      webSocket.terminate()
      return reject(new Error('The reader of a socket did not keep up.'))
    }
    const mustWait = webSocket.bufferedAmount > PAUSE_ABOVE_BYTES
    webSocket.send(message, (error) => {
      // A send that fails does so because the socket closed, which ends the connection and its calls by itself.
      if (mustWait) error === undefined || error === null ? resolve() : reject(error)
    })
    if (!mustWait) resolve()
  })
}

/** Without a body and without a name: whoever is refused learns nothing. */
function refuse(socket: Duplex, status: number): void {
  const reason = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 429: 'Too Many Requests', 503: 'Service Unavailable' }[status]
  socket.end(`HTTP/1.1 ${status} ${reason ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
