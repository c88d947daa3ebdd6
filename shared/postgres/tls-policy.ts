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
  /** The string names certificate files; who does so wants them used. */
  readonly namesCertificates: boolean
  /** What was chosen on the screen; it goes before the word. */
  readonly chosen: Sslmode | null
  /** The person has agreed to a connection without encryption to a host off this computer. */
  readonly plaintextConsent: boolean
}

export type TlsDecision =
  | { readonly allowed: true; readonly sslmode: Sslmode }
  /** Not encrypted, off this computer, without consent. */
  | { readonly allowed: false; readonly sentence: string; readonly remedy: string }

export function decideTls({ host, word, namesCertificates, chosen, plaintextConsent }: TlsWish): TlsDecision {
  const sslmode = chosen ?? readWord(word, namesCertificates ? 'verify-full' : defaultSslmode(host))
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
 * `allow` and `prefer` mean "if the server likes", which protects against nobody. `require` says nothing of who answers: libpq
 * checks it only where a root certificate lies about, and some drivers always. So all of them are read as the usual for the
 * host; an identity that is not checked is chosen by a person on the screen, in words that say so.
 */
function readWord(word: SslmodeWord | null, usual: Sslmode): Sslmode {
  switch (word) {
    case 'disable':
    case 'verify-ca':
    case 'verify-full':
      return word
    case 'require':
      // Where nobody is in between, it is what was asked for.
      return usual === 'disable' ? word : usual
    case 'allow':
    case 'prefer':
    case null:
      return usual
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

/** What the screens say about a way of connecting to a host. `ownAuthority`: only one that was given is trusted. */
export function describeTls(sslmode: Sslmode, host: string, ownAuthority = false): TlsWords {
  switch (sslmode) {
    case 'verify-full':
      return ownAuthority
        ? {
            title: 'Verified with my authority',
            explanation: 'Encrypted. The certificate of the server must be signed by the authority given here, and be for this host.',
            tone: 'calm',
          }
        : {
            title: 'Verified',
            explanation: 'Encrypted. The certificate of the server is checked, and that it is for this host.',
            tone: 'calm',
          }
    case 'verify-ca':
      return {
        title: 'Verified authority',
        explanation: ownAuthority
          ? 'Encrypted. The certificate of the server must be signed by the authority given here, for whatever host.'
          : 'Encrypted. As long as no authority of your own is given, the host is checked as well: from a public one anybody can have a certificate.',
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
