import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PageFiles } from '#hosts/common/page-files.ts'
import { ContractServer, type Served } from '#hosts/common/serve-contract.ts'
import type { Log } from '#services/platform.ts'
import { errorCode } from '#shared/error-code.ts'
import { Access } from './access.ts'
import { Downloads } from './downloads.ts'
import { requestHandler } from './http.ts'
import { Peers } from './peer-user.ts'
import { type Clock, FailureLimit, systemClock } from './rate-limit.ts'
import { Sockets } from './sockets.ts'

/** The loopback server: 127.0.0.1, and ::1 where there is one. There is no way to make it listen elsewhere. */

export interface WebServerOptions {
  readonly served: Served
  readonly files: PageFiles
  readonly log: Log
  /** What the services write to; without, nothing is ever downloaded. */
  readonly downloads?: Downloads
  /** 0: any free one. */
  readonly port?: number
  readonly clock?: Clock
  /** true: programs of other users of this computer are answered as well. */
  readonly anyUser?: boolean
  /** A program of another user, by its id, was refused; called once for each connection. */
  onStranger?(user: number): void
}

export interface WebServer {
  readonly port: number
  /** With a new key: works once, for a minute. */
  freshLink(): string
  dispose(): Promise<void>
}

/** Rejects with EADDRINUSE when a given port is taken. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const clock = options.clock ?? systemClock
  const access = new Access(clock.now)
  const limit = new FailureLimit(clock)
  const contract = new ContractServer(options.served)
  let hosts: readonly string[] = []
  const peers = new Peers({ anyUser: options.anyUser ?? false, onStranger: (user) => options.onStranger?.(user) })
  const common = { access, limit, peers, log: options.log, hosts: () => hosts }
  const sockets = new Sockets({ ...common, contract })
  const answer = requestHandler({ ...common, files: options.files, downloads: options.downloads ?? new Downloads() })

  const make = (): Server => {
    // A missing Host is refused by our own guard, in the same words as a wrong one.
    const server = createServer(
      {
        requireHostHeader: false,
        requestTimeout: 10_000,
        headersTimeout: 5_000,
        keepAliveTimeout: 5_000,
        // How often the two above are looked at; Node's own half a minute would let slow senders keep all places for as long.
        connectionsCheckingInterval: 1_000,
      },
      answer,
    )
    server.maxConnections = 64
    server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
    server.on('clientError', (_, socket) => socket.destroy())
    return server
  }
  const servers = [make()]
  const port = await listen(servers[0] ?? make(), '127.0.0.1', options.port ?? 0)
  hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const second = make()
  try {
    await listen(second, '::1', port)
    servers.push(second)
    hosts = [...hosts, `[::1]:${port}`]
  } catch (error) {
    // No IPv6 here, or another program has this port there: the link names 127.0.0.1 anyway.
    options.log.info('web-no-ipv6', { code: errorCode(error) || 'unknown' })
  }

  return {
    port,
    freshLink: () => `http://127.0.0.1:${port}/#k=${access.newKey()}`,
    dispose: async () => {
      sockets.dispose()
      await Promise.all(servers.map(close))
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
