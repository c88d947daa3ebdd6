import type { Log } from '#services/platform.ts'
import { ConnectError } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { AppError } from '#shared/contract/errors.ts'
import type { PasswordState } from '#shared/model/data-source.ts'
import { reveal, type Secret, type SecretPlace } from '#shared/model/secret.ts'
import { ClientKeys } from './client-keys.ts'
import type { DataSourceRecords, StoredDataSource } from './records.ts'
import type { SecretReading, Secrets } from './secrets.ts'

/** Of one data source, as it is stored or as it is removed. */
type SecretMarks = Pick<StoredDataSource, 'id' | 'passwordIn' | 'clientKeyIn'>

/** The passwords and keys of the data sources: in a keychain, in the vault or in memory, and the marks in the store that say which. */
export class SourceSecrets {
  readonly #records: DataSourceRecords
  readonly #secrets: Secrets
  readonly #keys: ClientKeys
  readonly #log: Log
  #withheld: Promise<unknown> = Promise.resolve()

  constructor(records: DataSourceRecords, secrets: Secrets, log: Log) {
    this.#records = records
    this.#secrets = secrets
    this.#keys = new ClientKeys(secrets)
    this.#log = log
  }

  /** @throws AppError UNAVAILABLE when one is to be saved and the vault that would take it is locked: before anything else is done */
  requireReady(save: boolean): void {
    if (save) this.#secrets.requireReady()
  }

  /** null: it is not at hand. @throws AppError PASSWORD_NEEDED when it is in the vault and that is locked */
  async password(source: StoredDataSource): Promise<Secret | null> {
    await this.#withheld
    const reading = await this.#secrets.read(source.id, source.passwordIn)
    if (reading.state === 'locked') throw lockedFor(source)
    return reading.state === 'found' ? reading.secret : null
  }

  /**
   * For connecting. @throws AppError PASSWORD_NEEDED when there should be a password, or a key, and it is not at hand
   */
  async passwordToConnect(source: StoredDataSource): Promise<Secret | null> {
    await this.#withheld
    // Before the attempt: the server would take the absence of a key for that of a certificate.
    if (source.clientCertificatePem !== null && (await this.#keys.read(source.id, source.clientKeyIn)).state === 'locked')
      throw lockedFor(source)
    const reading = await this.#secrets.read(source.id, source.passwordIn)
    if (reading.state === 'found') return reading.secret
    if (reading.state === 'locked') throw lockedFor(source)
    // Without one, the server is asked all the same: it may let the role in (trust, peer), and says so itself when it does not.
    if (source.passwordIn === null) return null
    throw passwordNeeded(
      source,
      'unavailable',
      reading.state === 'unavailable'
        ? `${reading.sentence} Unlock it, or enter the password of "${source.user}".`
        : `Enter the password of "${source.user}" for ${source.name}.`,
    )
  }

  /** null: the data source shows no certificate of its own. */
  clientCertificate(source: StoredDataSource): ConnectionSettings['clientCertificate'] {
    const { clientCertificatePem } = source
    return clientCertificatePem === null ? null : { pem: clientCertificatePem, key: () => this.#keyToConnect(source) }
  }

  /** null: it is not at hand. @throws AppError PASSWORD_NEEDED when it is in the vault and that is locked */
  async key(source: StoredDataSource): Promise<Secret | null> {
    const reading = await this.#keys.read(source.id, source.clientKeyIn)
    if (reading.state === 'locked') throw lockedFor(source)
    return reading.state === 'found' ? reading.secret : null
  }

  /** Written, read back by the vault, and only then marked: a mark without a secret would ask for nothing and fail. */
  async keepPassword(id: string, password: string, save: boolean): Promise<void> {
    const before = this.#records.find(id)?.passwordIn ?? null
    const where = save ? await this.#secrets.save(id, password) : 'in-memory'
    if (!save) this.#secrets.keepInMemory(id, password)
    if (where !== 'in-memory') this.#update(id, { passwordIn: where, passwordNeeded: true })
    // The earlier one is of no use any more. A place that cannot be asked keeps it, and so its mark: it is forgotten in the end.
    const left = before !== null && before !== where && !(await this.#isForgotten(before, id))
    if (where === 'in-memory') this.#update(id, { passwordIn: left ? before : null, passwordNeeded: true })
  }

  async keepKey(id: string, pem: string, save: boolean): Promise<void> {
    await this.forgetKey(id)
    const where = save ? await this.#keys.save(id, pem) : 'in-memory'
    if (!save) this.#keys.keepInMemory(id, pem)
    this.#update(id, { clientKeyIn: where === 'in-memory' ? null : where })
  }

  async forgetKey(id: string): Promise<void> {
    await this.#keys.forget(id, this.#records.find(id)?.clientKeyIn ?? null)
    this.#update(id, { clientKeyIn: null })
  }

  async forgetPassword(source: StoredDataSource): Promise<void> {
    await this.#secrets.forget(source.id, source.passwordIn)
    this.#update(source.id, { passwordIn: null, passwordNeeded: true })
  }

  async passwordState(source: StoredDataSource): Promise<PasswordState> {
    if (source.kind === 'sample' || !source.passwordNeeded) return 'not-needed'
    return stateOf(await this.#secrets.read(source.id, source.passwordIn), source.passwordIn !== null)
  }

  /** For connecting: of its password, unless its key is what waits for the vault. */
  async connectState(source: StoredDataSource): Promise<PasswordState> {
    return (await this.keyState(source)) === 'vault-locked' ? 'vault-locked' : this.passwordState(source)
  }

  /** null: the data source shows no certificate, and needs no key. */
  async keyState(source: StoredDataSource): Promise<PasswordState | null> {
    if (source.clientCertificatePem === null) return null
    return stateOf(await this.#keys.read(source.id, source.clientKeyIn), source.clientKeyIn !== null)
  }

  /** While data sources become others, nobody connects: a password that is still there could go where it was not entered for. */
  async withhold<Result>(work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#withheld = promise
    try {
      return await work()
    } finally {
      resolve()
    }
  }

  /** The last of a removal: the row goes when its secrets are gone. Until then it stays, removed, and the next start, or the next unlocking, tries again. */
  async purge(source: SecretMarks): Promise<void> {
    if (await this.tryToForgetAll(source)) this.#records.purge(source.id)
  }

  /** false: a place that has one cannot be asked now, and the log says so. */
  async tryToForgetAll(source: SecretMarks): Promise<boolean> {
    try {
      await this.forgetAll(source)
      return true
    } catch (error) {
      this.#log.error('secret-not-forgotten', error, { dataSourceId: source.id })
      return false
    }
  }

  /** false: a place that has one cannot be asked now. */
  async canForget({ id, passwordIn, clientKeyIn }: SecretMarks): Promise<boolean> {
    const password = passwordIn === null ? null : await this.#secrets.readFrom(passwordIn, id)
    const key = clientKeyIn === null ? null : await this.#keys.readFrom(clientKeyIn, id)
    return [password, key].every((reading) => reading === null || reading.state === 'found' || reading.state === 'missing')
  }

  /** The marks stay as they are. @throws AppError UNAVAILABLE when the place that has one cannot be asked */
  async forgetAll({ id, passwordIn, clientKeyIn }: SecretMarks): Promise<void> {
    await this.#keys.forget(id, clientKeyIn)
    await this.#secrets.forget(id, passwordIn)
  }

  async #isForgotten(place: SecretPlace, id: string): Promise<boolean> {
    try {
      await this.#secrets.forgetIn(place, id)
      return true
    } catch (error) {
      this.#log.error('secret-not-forgotten', error, { dataSourceId: id })
      return false
    }
  }

  async #keyToConnect(source: StoredDataSource): Promise<string> {
    const reading = await this.#keys.read(source.id, source.clientKeyIn)
    if (reading.state === 'found') return reveal(reading.secret)
    const failure = {
      ok: false,
      step: 'tls',
      cause: 'client-key-missing',
      sentence: 'The key of the client certificate is not at hand: it was kept in memory only, or where it is saved cannot be read.',
      remedy: 'Unlock the keychain or the vault, or choose the key again.',
      field: 'certificates',
      sqlstate: null,
      choices: ['retry'],
    } as const
    throw new ConnectError({ ...failure, choices: [...failure.choices] }, null, undefined)
  }

  #update(id: string, change: Partial<StoredDataSource>): void {
    const source = this.#records.find(id)
    if (source !== null) this.#records.update({ ...source, ...change }, new Date().toISOString())
  }
}

export function passwordNeeded(
  source: StoredDataSource,
  reason: 'missing' | 'unavailable' | 'rejected' | 'locked',
  sentence: string,
): AppError<'PASSWORD_NEEDED'> {
  return new AppError('PASSWORD_NEEDED', sentence, { dataSourceId: source.id, reason }, { action: 'enter-password' })
}

function lockedFor(source: StoredDataSource): AppError<'PASSWORD_NEEDED'> {
  return passwordNeeded(
    source,
    'locked',
    `What ${source.name} is connected with is in the vault, which is locked. Unlock it with its passphrase.`,
  )
}

/** `marked`: a place should have it. */
function stateOf(reading: SecretReading, marked: boolean): PasswordState {
  if (reading.state === 'found') return reading.from === 'memory' ? 'in-memory' : reading.from === 'vault' ? 'in-vault' : 'saved'
  if (reading.state === 'locked') return 'vault-locked'
  return marked ? 'unavailable' : 'missing'
}
