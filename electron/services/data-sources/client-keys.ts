import type { SecretPlace } from '#shared/model/secret.ts'
import type { SecretReading, Secrets } from './secrets.ts'

/**
 * The private keys of client certificates, in the vault beside the passwords. A key is longer than what every keychain takes
 * as one secret, so it is kept in pieces; the first says how many there are.
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
    const count = countOf(await this.#secrets.read(account(dataSourceId, 0), place))
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
  const pieces = [first.secret.replace(/^\d\n/, '')]
  for (let index = 1; index < countOf(first); index += 1) {
    const next = await read(index)
    if (next.state !== 'found') return next
    pieces.push(next.secret)
  }
  return { ...first, secret: pieces.join('') }
}

function countOf(first: SecretReading): number {
  return first.state === 'found' ? Number(/^(\d)\n/.exec(first.secret)?.[1] ?? 1) : 1
}

/** Below the limit of the vault, with room for the count. */
const PIECE_LENGTH = 1_000

/** PEM is ASCII, so that characters are bytes. At most 8,000 of them: nine pieces. */
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
