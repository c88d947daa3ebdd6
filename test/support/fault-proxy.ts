import { once } from 'node:events'
import { createServer, type Socket, connect as socketTo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A network between the program and a real server, that a test breaks while it is in use. */

export interface FaultProxy {
  readonly port: number
  /** Where new connections go from now on. */
  to: { readonly host: string; readonly port: number }
  /** `pass`. `silent`: nothing goes through in either direction, and nobody is told. `slow`: 64 kB/s from the server. */
  mode: 'pass' | 'silent' | 'slow'
  /** Every connection that is there goes silent for good; new ones do not. */
  silence(): void
  /** Every connection is reset, at both ends. */
  reset(): void
  /** The next connection that has had so many bytes from the server is reset then. */
  resetAfter(bytes: number): void
  dispose(): Promise<void>
}

export async function startFaultProxy(to: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  const silenced = new WeakSet<Pair>()
  let left: number | null = null
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = socketTo({ ...proxy.to, noDelay: true })
    const pair = [client, upstream] as const
    pairs.add(pair)
    const silent = () => proxy.mode === 'silent' || silenced.has(pair)
    const end = () => {
      // In silence nobody hears that the other is gone.
      if (silent()) return
      pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    client.on('data', (bytes) => {
      if (!silent()) upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (silent()) return
      if (left !== null) left -= bytes.length
      if (left !== null && left <= 0) {
        left = null
        client.write(bytes.subarray(0, bytes.length >> 1))
        return breakOff(pair)
      }
      client.write(bytes)
      if (proxy.mode !== 'slow') return
      upstream.pause()
      void sleep(bytes.length / 64).then(() => upstream.resume())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const proxy: FaultProxy = {
    port: address.port,
    to,
    mode: 'pass',
    silence: () => {
      for (const pair of pairs) silenced.add(pair)
    },
    reset: () => {
      for (const pair of pairs) breakOff(pair)
    },
    resetAfter: (bytes) => {
      left = bytes
    },
    dispose: async () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

/** Towards the program, and towards the server. */
type Pair = readonly [Socket, Socket]

function breakOff([client, upstream]: Pair): void {
  client.resetAndDestroy()
  upstream.resetAndDestroy()
}
