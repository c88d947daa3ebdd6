import type pg from 'pg'
import { PasswordMissing, UnsafeAuthentication, UnsupportedAuthentication } from './connect-failures.ts'
import { streamOf } from './connection.ts'
import type { ConnectionSettings } from './connection-settings.ts'

const SCRAM: ReadonlySet<string> = new Set(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'])

/**
 * SECURITY: stands between the driver and the password. A server may simply ask for it in clear, and the driver would send
 * it; a server may also skip the proof that it knows the password, and the driver would not mind. Decides before a byte is sent.
 */
export class AuthenticationGuard {
  readonly #settings: ConnectionSettings
  #method: 'none' | 'cleartext' | 'md5' | 'scram' = 'none'
  #proven = false
  #refusal: Error | null = null

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
  }

  /** The server has asked for a password. */
  get asked(): boolean {
    return this.#method !== 'none'
  }

  /** Why the password was held back; null when it was not. */
  get refusal(): Error | null {
    return this.#refusal
  }

  watch(client: pg.Client): void {
    const wire = Reflect.get(client, 'connection') as { prependListener(event: string, listener: (message: object) => void): void }
    const hear = (method: 'cleartext' | 'md5' | 'scram') => () => {
      const first = this.#method === 'none'
      this.#method = method
      if (first) return
      this.#refuse(new UnsafeAuthentication(method === 'scram' ? 'no-proof' : method))
      // The driver answers in the next moment; what is written to a socket that is gone is never sent.
      streamOf(client).destroy()
    }
    wire.prependListener('authenticationCleartextPassword', hear('cleartext'))
    wire.prependListener('authenticationMD5Password', hear('md5'))
    wire.prependListener('authenticationSASL', (message) => {
      const offered: unknown = Reflect.get(message, 'mechanisms')
      const names = Array.isArray(offered) ? offered.map(String) : []
      if (!names.some((name) => SCRAM.has(name))) this.#refuse(new UnsupportedAuthentication(names.join(', ').slice(0, 100)))
      hear('scram')()
    })
    wire.prependListener('authenticationSASLFinal', () => {
      this.#proven = true
    })
  }

  /** Asked by the driver at the moment it wants to answer the server. */
  async password(): Promise<string> {
    if (this.#refusal !== null) throw this.#refusal
    // Clear text and MD5 are safe enough only where the other end is proven to be the right one.
    const verified = this.#settings.sslmode === 'verify-full' && !this.#settings.host.startsWith('/')
    if ((this.#method === 'cleartext' || this.#method === 'md5') && !verified) throw this.#refuse(new UnsafeAuthentication(this.#method))
    const password = await this.#settings.password()
    // A second question came while a keychain was asked.
    if (this.#refusal !== null) throw this.#refusal
    if (password === null || password === '') throw this.#refuse(new PasswordMissing())
    return password
  }

  /** After connecting: SCRAM without the server's last word proves nothing. */
  requireProof(): void {
    if (this.#refusal !== null) throw this.#refusal
    if (this.#method === 'scram' && !this.#proven) throw this.#refuse(new UnsafeAuthentication('no-proof'))
  }

  #refuse(error: Error): Error {
    this.#refusal = error
    return error
  }
}
