import type { Sslmode } from '#shared/model/data-source.ts'
import type { SslmodeWord } from './connection-fields.ts'

/**
 * How a connection is protected: decided here, once, for every way in. Words of libpq that may mean two things are taken
 * in the stricter of the two; plain text off this computer needs a person's consent.
 */

export interface TlsWish {
  readonly host: string
  /** The word in the connection string. */
  readonly word: SslmodeWord | null
  /** What was chosen on the screen; it goes before the word. */
  readonly chosen: Sslmode | null
  /** The person has agreed to a connection without encryption to a host off this computer. */
  readonly plaintextConsent: boolean
}

export type TlsDecision =
  | { readonly allowed: true; readonly sslmode: Sslmode }
  /** Not encrypted, off this computer, without consent. */
  | { readonly allowed: false; readonly sentence: string; readonly remedy: string }

export function decideTls({ host, word, chosen, plaintextConsent }: TlsWish): TlsDecision {
  const sslmode = chosen ?? (word === null ? defaultSslmode(host) : readWord(word, host))
  if (sslmode !== 'disable' || isLocal(host) || plaintextConsent) return { allowed: true, sslmode }
  return {
    allowed: false,
    sentence: `Without encryption the password and all data can be read on the way to ${host}.`,
    remedy: 'Choose an encrypted connection, or agree to this one.',
  }
}

/** On this computer nobody is in between; anywhere else the server must prove who it is. */
export function defaultSslmode(host: string): Sslmode {
  return isLocal(host) ? 'disable' : 'verify-full'
}

/**
 * `allow` and `prefer` mean "if the server likes": on this computer that is plain, elsewhere it is read as verified, because
 * "if" protects against nobody. `require` checks no identity.
 */
function readWord(word: SslmodeWord, host: string): Sslmode {
  switch (word) {
    case 'disable':
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return word
    case 'allow':
    case 'prefer':
      return defaultSslmode(host)
  }
}

/** A socket, or an address or name of this computer alone. */
export function isLocal(host: string): boolean {
  if (host.startsWith('/')) return true
  const name = host.toLowerCase().replace(/\.$/, '')
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true
  const octets = name.split('.')
  return octets.length === 4 && octets[0] === '127' && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255)
}

/** `calm`: nothing to say. `caution`: shown in amber wherever the connection is. `danger`: in red. */
export type TlsTone = 'calm' | 'caution' | 'danger'

export interface TlsWords {
  readonly title: string
  readonly explanation: string
  readonly tone: TlsTone
}

/** What the screens say about a way of connecting to a host. */
export function describeTls(sslmode: Sslmode, host: string): TlsWords {
  switch (sslmode) {
    case 'verify-full':
      return {
        title: 'Verified',
        explanation: 'Encrypted. The certificate of the server is checked, and that it is for this host.',
        tone: 'calm',
      }
    case 'verify-ca':
      return {
        title: 'Verified authority',
        explanation: 'Encrypted. The certificate of the server is checked, but not that it is for this host.',
        tone: 'calm',
      }
    case 'require':
      return {
        title: 'Encrypted, identity not checked',
        explanation: 'Encrypted, but somebody in between could pose as the server and read everything.',
        tone: 'caution',
      }
    case 'disable':
      return isLocal(host)
        ? { title: 'On this computer', explanation: 'Not encrypted: the connection does not leave this computer.', tone: 'calm' }
        : { title: 'Not encrypted', explanation: 'The password and all data can be read on the way.', tone: 'danger' }
  }
}
