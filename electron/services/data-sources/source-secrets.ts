import type { Log } from '#services/platform.ts'
import { ConnectError } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { AppError } from '#shared/contract/errors.ts'
import type { PasswordState } from '#shared/model/data-source.ts'
import { ClientKeys } from './client-keys.ts'
import type { DataSourceRecords, StoredDataSource } from './records.ts'
import type { Secrets } from './secrets.ts'

/** The passwords and keys of the data sources: in the vault or in memory, and the marks in the store that say which. */
export class SourceSecrets {
  readonly #records: DataSourceRecords
  readonly #secrets: Secrets
  readonly #keys: ClientKeys
  readonly #log: Log

  constructor(records: DataSourceRecords, secrets: Secrets, log: Log) {
    this.#records = records
    this.#secrets = secrets
    this.#keys = new ClientKeys(secrets)
    this.#log = log
  }

  /** null: it is not at hand. */
  async password(id: string): Promise<string | null> {
    const reading = await this.#secrets.read(id)
    return reading.state === 'found' ? reading.secret : null
  }

  /** For connecting. @throws AppError PASSWORD_NEEDED when there should be a password and it is not at hand */
  async passwordToConnect(source: StoredDataSource): Promise<string | null> {
    const reading = await this.#secrets.read(source.id)
    if (reading.state === 'found') return reading.secret
    // Without one, the server is asked all the same: it may let the role in (trust, peer), and says so itself when it does not.
    if (!source.secretSaved) return null
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
    const { id, clientCertificatePem } = source
    return clientCertificatePem === null ? null : { pem: clientCertificatePem, key: () => this.#keyToConnect(id) }
  }

  key(id: string): Promise<string | null> {
    return this.#keys.read(id)
  }

  /** Written, read back by the vault, and only then marked: a mark without a secret would ask for nothing and fail. */
  async keepPassword(id: string, password: string, save: boolean): Promise<void> {
    const where = save ? await this.#secrets.save(id, password) : await this.#forgetSavedAndHold(id, password)
    this.#update(id, { secretSaved: where === 'saved', passwordNeeded: true })
  }

  async keepKey(id: string, pem: string, save: boolean): Promise<void> {
    await this.forgetKey(id)
    const where = save ? await this.#keys.save(id, pem) : 'in-memory'
    if (!save) this.#keys.keepInMemory(id, pem)
    this.#update(id, { clientKeySaved: where === 'saved' })
  }

  async forgetKey(id: string): Promise<void> {
    await this.#keys.forget(id, this.#records.find(id)?.clientKeySaved === true ? 'saved' : 'in-memory')
    this.#update(id, { clientKeySaved: false })
  }

  async forgetPassword(source: StoredDataSource): Promise<void> {
    await this.#secrets.forget(source.id, source.secretSaved ? 'saved' : 'in-memory')
    this.#update(source.id, { secretSaved: false, passwordNeeded: true })
  }

  async passwordState(source: StoredDataSource): Promise<PasswordState> {
    if (source.kind === 'sample' || !source.passwordNeeded) return 'not-needed'
    const reading = await this.#secrets.read(source.id)
    if (reading.state === 'found') return source.secretSaved ? 'saved' : 'in-memory'
    return source.secretSaved ? 'unavailable' : 'missing'
  }

  /** The last of a removal: the row goes when its secrets are gone. */
  async purge({ id, secretSaved, clientKeySaved }: Pick<StoredDataSource, 'id' | 'secretSaved' | 'clientKeySaved'>): Promise<void> {
    try {
      await this.forgetAll({ id, secretSaved, clientKeySaved })
    } catch (error) {
      // The keychain cannot be asked now: the row stays, removed, and the next start tries again.
      this.#log.error('secret-not-forgotten', error, { dataSourceId: id })
      return
    }
    this.#records.purge(id)
  }

  /** The marks stay as they are. @throws AppError UNAVAILABLE when the keychain that has one cannot be asked */
  async forgetAll({ id, secretSaved, clientKeySaved }: Pick<StoredDataSource, 'id' | 'secretSaved' | 'clientKeySaved'>): Promise<void> {
    await this.#keys.forget(id, clientKeySaved ? 'saved' : 'in-memory')
    await this.#secrets.forget(id, secretSaved ? 'saved' : 'in-memory')
  }

  async #forgetSavedAndHold(id: string, password: string): Promise<'in-memory'> {
    if (this.#records.find(id)?.secretSaved === true) await this.#secrets.forget(id, 'saved')
    this.#secrets.keepInMemory(id, password)
    return 'in-memory'
  }

  async #keyToConnect(id: string): Promise<string> {
    const key = await this.#keys.read(id)
    if (key !== null) return key
    const failure = {
      ok: false,
      step: 'tls',
      cause: 'client-key-missing',
      sentence: 'The key of the client certificate is not at hand: it was kept in memory only, or the keychain cannot be read.',
      remedy: 'Unlock the keychain, or choose the key again.',
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
  reason: 'missing' | 'unavailable' | 'rejected',
  sentence: string,
): AppError<'PASSWORD_NEEDED'> {
  return new AppError('PASSWORD_NEEDED', sentence, { dataSourceId: source.id, reason }, { action: 'enter-password' })
}
