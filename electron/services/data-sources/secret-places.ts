import { isAppError } from '#shared/contract/errors.ts'
import type { MovedSecrets, SecretEntry, SecretKind } from '#shared/model/data-source.ts'
import { reveal, type SecretPlace } from '#shared/model/secret.ts'
import { ClientKeys } from './client-keys.ts'
import type { DataSourceRecords, StoredDataSource } from './records.ts'
import type { SecretReading, Secrets } from './secrets.ts'
import type { SourceSecrets } from './source-secrets.ts'

/** Where each secret of the data sources is, and moving it elsewhere. */

export interface SecretPlacesParts {
  readonly records: DataSourceRecords
  readonly secrets: Secrets
  readonly sources: SourceSecrets
}

export class SecretPlaces {
  readonly #parts: SecretPlacesParts
  readonly #kinds: Readonly<Record<SecretKind, Mover>>

  constructor(parts: SecretPlacesParts) {
    this.#parts = parts
    const { secrets, records } = parts
    const keys = new ClientKeys(secrets)
    const mark = (source: StoredDataSource, change: Partial<StoredDataSource>) =>
      records.update({ ...(records.find(source.id) ?? source), ...change }, new Date().toISOString())
    this.#kinds = {
      password: {
        placeOf: ({ passwordIn }) => passwordIn,
        read: ({ id, passwordIn }) => secrets.read(id, passwordIn),
        readFrom: (place, id) => secrets.readFrom(place, id),
        saveIn: (place, id, secret) => secrets.saveIn(place, id, secret),
        forgetIn: (place, id) => secrets.forgetIn(place, id),
        mark: (source, passwordIn) => mark(source, { passwordIn }),
      },
      'client-key': {
        placeOf: ({ clientKeyIn }) => clientKeyIn,
        read: ({ id, clientKeyIn }) => keys.read(id, clientKeyIn),
        readFrom: (place, id) => keys.readFrom(place, id),
        saveIn: (place, id, secret) => keys.saveIn(place, id, secret),
        forgetIn: (place, id) => keys.forgetIn(place, id),
        mark: (source, clientKeyIn) => mark(source, { clientKeyIn }),
      },
    }
  }

  /** Of each data source of the person's its password, then the key of its client certificate where it has one. */
  async list(): Promise<SecretEntry[]> {
    const entries: SecretEntry[] = []
    for (const source of this.#sources()) {
      const named = { dataSourceId: source.id, dataSourceName: source.name }
      entries.push({ ...named, kind: 'password', place: source.passwordIn, state: await this.#parts.sources.passwordState(source) })
      const keyState = await this.#parts.sources.keyState(source)
      if (keyState !== null) entries.push({ ...named, kind: 'client-key', place: source.clientKeyIn, state: keyState })
    }
    return entries
  }

  /**
   * Of all data sources what is saved elsewhere; of one (`id`) also what is in memory only. In this order, so that an end in between loses nothing:
   * written there, read back, compared, marked, and only then taken out of where it was. A cancel waits for the secret that is under way, so that
   * each is in one place.
   */
  async move(to: SecretPlace, id: string | null, { signal, progress }: MoveOptions = {}): Promise<MovedSecrets> {
    const outcome: MovedSecrets = { moved: 0, left: [], notReached: 0 }
    let done = 0
    for (const { source, kind } of this.#within(id)) {
      // As it is now: a move of many takes a while, and the person goes on meanwhile.
      const now = this.#parts.records.find(source.id)
      const isToMove = now !== null && this.#isToMove(kind, now, to, id)
      if (signal?.aborted === true) {
        outcome.notReached += isToMove ? 1 : 0
        continue
      }
      if (isToMove) progress?.(done, now.name)
      const went = now === null ? 'nothing' : await this.#moveOne(this.#kinds[kind], now, to, id !== null)
      if (isToMove) done += 1
      if (went === 'moved') outcome.moved += 1
      else if (went !== 'nothing')
        outcome.left.push({ dataSourceId: source.id, dataSourceName: source.name, kind, sentence: went.sentence })
    }
    progress?.(done, null)
    return outcome
  }

  /** How many of them are elsewhere. */
  countToMove(to: SecretPlace, id: string | null): number {
    return this.#within(id).filter(({ source, kind }) => this.#isToMove(kind, source, to, id)).length
  }

  /** Those that are there to be forgotten: by the mark, as a server that asked for no password at the last time may be one with a saved one. */
  async kept(): Promise<readonly { readonly source: StoredDataSource; readonly kind: SecretKind }[]> {
    const found = []
    for (const entry of this.#within(null)) {
      const { placeOf, read } = this.#kinds[entry.kind]
      // Without a mark only memory is asked.
      if (placeOf(entry.source) !== null || (await read(entry.source)).state === 'found') found.push(entry)
    }
    return found
  }

  async forget(id: string, kind: SecretKind): Promise<void> {
    const source = this.#sources().find((one) => one.id === id)
    if (source === undefined) return
    if (kind === 'client-key') await this.#parts.sources.forgetKey(id)
    else await this.#parts.sources.forgetPassword(source)
  }

  async #moveOne(
    kind: Mover,
    source: StoredDataSource,
    to: SecretPlace,
    withMemory: boolean,
  ): Promise<'moved' | 'nothing' | { readonly sentence: string }> {
    const from = kind.placeOf(source)
    const other = to === 'vault' ? 'keychain' : 'vault'
    if (from === to) {
      // What a move that was cut short may have left.
      await kind.forgetIn(other, source.id).catch(() => {})
      return 'nothing'
    }
    if (from === null && !withMemory) return 'nothing'
    try {
      const reading = await kind.read(source)
      if (reading.state === 'missing' && from === null) return 'nothing'
      if (reading.state !== 'found') return { sentence: whyNot(reading) }
      const taken = await kind.saveIn(to, source.id, reveal(reading.secret))
      const there = taken ? await kind.readFrom(to, source.id) : null
      if (there?.state !== 'found' || reveal(there.secret) !== reveal(reading.secret))
        return { sentence: 'It was not taken there, and stays where it is.' }
      kind.mark(source, to)
    } catch (error) {
      if (isAppError(error)) return { sentence: error.message }
      throw error
    }
    // It is where the mark says. What cannot be taken out of the other place goes at the next move, or with the data source.
    if (from !== null) await kind.forgetIn(from, source.id).catch(() => {})
    return 'moved'
  }

  #within(id: string | null): readonly { readonly source: StoredDataSource; readonly kind: SecretKind }[] {
    const sources = this.#sources().filter((source) => id === null || source.id === id)
    return sources.flatMap((source) => (['password', 'client-key'] as const).map((kind) => ({ source, kind })))
  }

  #isToMove(kind: SecretKind, source: StoredDataSource, to: SecretPlace, id: string | null): boolean {
    const place = this.#kinds[kind].placeOf(source)
    return place === null ? id !== null : place !== to
  }

  #sources(): readonly StoredDataSource[] {
    return this.#parts.records.list().filter(({ kind }) => kind !== 'sample')
  }
}

export interface MoveOptions {
  readonly signal?: AbortSignal
  /** Before each that is to be moved: how many are done, and whose it is. At the end with null. */
  progress?(done: number, dataSourceName: string | null): void
}

/** The same steps for both kinds. */
interface Mover {
  placeOf(source: StoredDataSource): SecretPlace | null
  read(source: StoredDataSource): Promise<SecretReading>
  readFrom(place: SecretPlace, id: string): Promise<SecretReading>
  saveIn(place: SecretPlace, id: string, secret: string): Promise<boolean>
  forgetIn(place: SecretPlace, id: string): Promise<void>
  mark(source: StoredDataSource, place: SecretPlace): void
}

function whyNot(reading: Exclude<SecretReading, { state: 'found' }>): string {
  if (reading.state === 'locked') return 'The vault is locked.'
  return reading.state === 'unavailable' ? reading.sentence : 'It is not to be found where it was saved.'
}
