import { randomBytes, timingSafeEqual } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { z } from 'zod'

/**
 * How a second start reaches the first: a loopback port that answers one question, and only to who can read the secret in
 * the data folder. A named socket would need a short path, which a data folder need not have.
 */

/** What the first did about the second: opened a link for it, came to the front, or nothing yet, since it is starting or stopping. */
export const Answer = z.discriminatedUnion('shown', [
  z.object({ shown: z.literal('link'), link: z.string() }),
  z.object({ shown: z.literal('window') }),
  z.object({ shown: z.literal('nothing') }),
])
export type Answer = z.infer<typeof Answer>

export const DoorbellAddress = z.object({ port: z.int(), secret: z.string() })
export type DoorbellAddress = z.infer<typeof DoorbellAddress>

export interface Doorbell {
  readonly address: DoorbellAddress
  dispose(): void
}

const TIMEOUT_MS = 3_000
const MAX_LINE_BYTES = 1_024

export async function openDoorbell(onRing: () => Answer): Promise<Doorbell> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer((socket) => serveOne(socket, secret, onRing))
  server.maxConnections = 4
  const port = await listen(server)
  server.unref()
  return { address: { port, secret }, dispose: () => server.close() }
}

/** null: nobody answers there, or somebody who does not know the secret. */
export function ring(address: DoorbellAddress): Promise<Answer | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: address.port })
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy())
    socket.on('error', () => resolve(null)) // nobody listens there any more: what null says
    socket.on('close', () => resolve(null))
    socket.on('connect', () => socket.write(`${address.secret}\n`))
    readLine(socket, (line) => {
      const answer = Answer.safeParse(parseJson(line))
      resolve(answer.success ? answer.data : null)
      socket.end()
    })
  })
}

function serveOne(socket: Socket, secret: string, onRing: () => Answer): void {
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  readLine(socket, (line) => {
    const given = Buffer.from(line)
    const known = Buffer.from(secret)
    // SECURITY: other programs and other users of this computer can connect; only this person's can know the secret.
    if (given.length !== known.length || !timingSafeEqual(given, known)) return void socket.destroy()
    socket.end(`${JSON.stringify(onRing())}\n`)
  })
}

function readLine(socket: Socket, onLine: (line: string) => void): void {
  let text = ''
  let done = false
  socket.on('data', (chunk) => {
    if (done) return
    text += chunk.toString('utf8')
    const end = text.indexOf('\n')
    if (end >= 0) {
      done = true
      onLine(text.slice(0, end))
    } else if (text.length > MAX_LINE_BYTES) {
      socket.destroy()
    }
  })
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address.port)
    })
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not an answer of ours; the caller says so
  }
}
