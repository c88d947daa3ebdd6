import type { Secrets } from './secrets.ts'

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
  async save(dataSourceId: string, pem: string): Promise<'saved' | 'in-memory'> {
    const pieces = cut(pem)
    const saved: string[] = []
    for (const [index, piece] of pieces.entries()) {
      const name = account(dataSourceId, index)
      if ((await this.#secrets.save(name, piece)) === 'saved') saved.push(name)
    }
    if (saved.length === pieces.length) return 'saved'
    for (const name of saved) await this.#secrets.forget(name, 'saved')
    this.keepInMemory(dataSourceId, pem)
    return 'in-memory'
  }

  keepInMemory(dataSourceId: string, pem: string): void {
    for (const [index, piece] of cut(pem).entries()) this.#secrets.keepInMemory(account(dataSourceId, index), piece)
  }

  /** null: it is not there, or cannot be read now. */
  async read(dataSourceId: string): Promise<string | null> {
    const pieces: string[] = []
    for (let index = 0, count = 1; index < count; index += 1) {
      const reading = await this.#secrets.read(account(dataSourceId, index))
      if (reading.state !== 'found') return null
      if (index === 0) count = Number(/^(\d)\n/.exec(reading.secret)?.[1] ?? 1)
      pieces.push(index === 0 ? reading.secret.replace(/^\d\n/, '') : reading.secret)
    }
    return pieces.join('')
  }

  async forget(dataSourceId: string, where: 'saved' | 'in-memory'): Promise<void> {
    const first = await this.#secrets.read(account(dataSourceId, 0))
    const count = first.state === 'found' ? Number(/^(\d)\n/.exec(first.secret)?.[1] ?? 1) : 1
    // The first goes last: it is what tells of the others.
    for (let index = count - 1; index >= 0; index -= 1) await this.#secrets.forget(account(dataSourceId, index), where)
  }
}

/** Below the limit of the vault, with room for the count. */
const PIECE_LENGTH = 1_000

/** PEM is ASCII, so that characters are bytes. At most 8,000 of them: nine pieces. */
function cut(pem: string): readonly string[] {
  const text = pem.trim()
  const count = Math.ceil(text.length / PIECE_LENGTH)
  return Array.from({ length: count }, (_none, index) => {
    const piece = text.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH)
    return index === 0 ? `${count}\n${piece}` : piece
  })
}

function account(dataSourceId: string, index: number): string {
  return `${dataSourceId}/client-key/${index}`
}
