import { conceal, reveal, type SecretPlace } from '#shared/model/secret.ts'
import type { SecretReading, Secrets } from './secrets.ts'

/**
 * The private keys of client certificates, where the passwords are. A key is longer than what every keychain takes as one secret, so it is
 * kept in pieces; the first says how many there are.
 *
 * Why in a keychain at all, and not only in a file or the vault: a page in a browser may name no file of this computer, and who chose the
 * keychain would have to give the key again after each start, or keep a second place with a passphrase for it alone. Its length is all
 * that speaks against a keychain, and each piece is as short as a password.
 */
export class ClientKeys {
  readonly #secrets: Secrets

  constructor(secrets: Secrets) {
    this.#secrets = secrets
  }

  /** `in-memory` when a keychain refuses one of the pieces: then none is left in it. */
  async save(dataSourceId: string, pem: string): Promise<SecretPlace | 'in-memory'> {
    const saved: (readonly [name: string, place: SecretPlace])[] = []
    for (const [name, piece] of named(dataSourceId, pem)) {
      const place = await this.#secrets.save(name, piece)
      if (place === 'in-memory') {
        for (const [one, in_] of saved) await this.#secrets.forget(one, in_)
        this.keepInMemory(dataSourceId, pem)
        return 'in-memory'
      }
      saved.push([name, place])
    }
    return saved[0]?.[1] ?? 'in-memory'
  }

  /** false: the keychain refused a piece. */
  async saveIn(place: SecretPlace, dataSourceId: string, pem: string): Promise<boolean> {
    for (const [name, piece] of named(dataSourceId, pem)) if (!(await this.#secrets.saveIn(place, name, piece))) return false
    return true
  }

  keepInMemory(dataSourceId: string, pem: string): void {
    for (const [name, piece] of named(dataSourceId, pem)) this.#secrets.keepInMemory(name, piece)
  }

  read(dataSourceId: string, place: SecretPlace | null): Promise<SecretReading> {
    return whole((index) => this.#secrets.read(account(dataSourceId, index), place))
  }

  readFrom(place: SecretPlace, dataSourceId: string): Promise<SecretReading> {
    return whole((index) => this.#secrets.readFrom(place, account(dataSourceId, index)))
  }

  async forget(dataSourceId: string, place: SecretPlace | null): Promise<void> {
    const first = await this.#secrets.read(account(dataSourceId, 0), place)
    // A save that was cut short is marked nowhere and may have left some all the same.
    const count = first.state === 'found' ? countOf(first) : MOST_PIECES
    // The first goes last: it is what tells of the others.
    for (let index = count - 1; index >= 0; index -= 1) await this.#secrets.forget(account(dataSourceId, index), place)
  }

  async forgetIn(place: SecretPlace, dataSourceId: string): Promise<void> {
    const count = countOf(await this.#secrets.readFrom(place, account(dataSourceId, 0)))
    for (let index = count - 1; index >= 0; index -= 1) await this.#secrets.forgetIn(place, account(dataSourceId, index))
  }
}

/** One piece that is not at hand makes the whole of that state. */
async function whole(read: (index: number) => Promise<SecretReading>): Promise<SecretReading> {
  const first = await read(0)
  if (first.state !== 'found') return first
  const pieces = [reveal(first.secret).replace(/^\d\n/, '')]
  for (let index = 1; index < countOf(first); index += 1) {
    const next = await read(index)
    if (next.state !== 'found') return next
    pieces.push(reveal(next.secret))
  }
  return { ...first, secret: conceal(pieces.join('')) }
}

function countOf(first: SecretReading): number {
  return first.state === 'found' ? Number(/^(\d)\n/.exec(reveal(first.secret))?.[1] ?? 1) : 1
}

/** Below the limit of the vault, with room for the count. */
const PIECE_LENGTH = 1_000

/** Of the longest key that is taken in, 8,000 characters, with one to spare. */
const MOST_PIECES = 9

/** PEM is ASCII, so that characters are bytes. */
function named(dataSourceId: string, pem: string): readonly (readonly [name: string, piece: string])[] {
  const text = pem.trim()
  const count = Math.ceil(text.length / PIECE_LENGTH)
  return Array.from({ length: count }, (_none, index) => {
    const piece = text.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH)
    return [account(dataSourceId, index), index === 0 ? `${count}\n${piece}` : piece]
  })
}

function account(dataSourceId: string, index: number): string {
  return `${dataSourceId}/client-key/${index}`
}
