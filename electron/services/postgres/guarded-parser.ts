import type pg from 'pg'
import { UnsupportedAuthentication } from './connect-failures.ts'
import { streamOf } from './connection.ts'
import { WireFrames } from './wire-frames.ts'

/**
 * SECURITY: the driver's parser throws at messages that it does not know, inside a socket's event, where nothing catches it:
 * any server could end this program by one message. What it throws becomes an error of the connection, as does a message
 * whose length cannot be believed.
 */
export function guardParser(client: pg.Client): void {
  const wire = (client as unknown as { readonly connection: Wire }).connection
  const attach = wire.attachListeners.bind(wire)
  const frames = new WireFrames()
  wire.once('readyForQuery', () => frames.loggedIn())
  let failed = false
  wire.attachListeners = (stream) =>
    attach({
      on: (event, listener) => {
        if (event !== 'data') return stream.on(event, listener)
        return stream.on(event, (chunk: Buffer) => {
          // What follows bytes that made no sense makes none.
          if (failed) return
          try {
            frames.watch(chunk)
            listener(chunk)
          } catch (error) {
            failed = true
            wire.emit('error', unsupportedIn(chunk) ?? error)
            streamOf(client).destroy()
          }
        })
      },
    })
}

interface Wire {
  attachListeners(stream: Readable): void
  once(event: 'readyForQuery', listener: () => void): void
  emit(event: 'error', error: unknown): void
}

interface Readable {
  on(event: string, listener: (chunk: Buffer) => void): unknown
}

const AUTHENTICATION = 0x52
/** AuthenticationKerberosV5, SCMCredential, GSS and SSPI: the driver has no answer to any of them. */
const methods: Readonly<Record<number, string>> = { 2: 'Kerberos', 6: 'SCM credentials', 7: 'GSSAPI', 9: 'SSPI' }

/** A request for authentication is a message, and a chunk, of its own. */
function unsupportedIn(chunk: Buffer): UnsupportedAuthentication | null {
  if (chunk.length < 9 || chunk[0] !== AUTHENTICATION) return null
  const method = methods[chunk.readInt32BE(5)]
  return method === undefined ? null : new UnsupportedAuthentication(method)
}
