import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectSecurely } from 'node:tls'
import type { BackendKey } from './cancel.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import { tlsOptions } from './tls-options.ts'

/**
 * PostgreSQL's own message for stopping a statement: it needs no login, so it works where no further session can be had, and a pooler
 * passes it on to the server that works for us now. The server says nothing about what came of it, and closes the connection.
 * SECURITY: under the same TLS as the session; the key of the session is a secret, and the driver would send it in the clear.
 * Source: PostgreSQL, "Message Flow", section "Canceling Requests in Progress".
 * @throws Error where the server cannot be reached, is not who it has to be, or does not close the connection in time
 */
export async function requestCancel(settings: ConnectionSettings, { processId, secretKey }: BackendKey, limitMs = LIMIT_MS): Promise<void> {
  const { host, port } = settings
  const tls = await tlsOptions(settings)
  const socket = host.startsWith('/') ? connect(join(host, `.s.PGSQL.${port}`)) : connect(port, host)
  const limit = setTimeout(() => socket.destroy(new Error('The server did not take the cancel in time.')), limitMs)
  try {
    await once(socket, 'connect')
    const channel = tls === false ? socket : await secured(socket, host, tls)
    const closed = once(channel, 'close')
    channel.resume()
    // Not ended from this side: PgBouncer forgets the request of a client that is gone.
    channel.write(words(CANCEL_REQUEST, processId, secretKey))
    await closed
  } finally {
    clearTimeout(limit)
    socket.destroy()
  }
}

const SSL_REQUEST = 80_877_103
const CANCEL_REQUEST = 80_877_102
const LIMIT_MS = 2_000

async function secured(socket: Socket, host: string, tls: object): Promise<Socket> {
  const answered = new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('error', reject).once('close', reject))
  socket.write(words(SSL_REQUEST))
  // SECURITY: exactly one byte. What else stood there was written by somebody before the encryption began.
  if ((await answered).toString('latin1') !== 'S') throw new Error('The server does not encrypt this connection.')
  const channel = connectSecurely({ host, ...tls, socket })
  await once(channel, 'secureConnect')
  return channel
}

/** A message of 32-bit numbers, with its length before them. */
function words(...numbers: readonly number[]): Buffer {
  const message = Buffer.alloc(4 * (numbers.length + 1))
  message.writeInt32BE(message.length)
  numbers.forEach((number, index) => {
    message.writeInt32BE(number, 4 * (index + 1))
  })
  return message
}

/** @throws what the socket fails with before that */
async function once(socket: Socket, event: 'connect' | 'secureConnect' | 'close'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(event, () => resolve()).once('error', reject)
    if (event !== 'close') socket.once('close', () => reject(new Error('The server closed the connection.')))
  })
}
