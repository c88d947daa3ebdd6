import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { notFound } from '#shared/contract/errors.ts'
import type { Certificates, DataSourceInput } from '#shared/model/data-source.ts'
import { reveal, type Secret } from '#shared/model/secret.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { isSameRecipient, type Recipient } from '#shared/postgres/recipient.ts'
import { storedSettings } from './attempt.ts'
import { keyMissing, readCertificates } from './certificates.ts'
import type { DataSourceRecords, StoredDataSource } from './records.ts'
import type { SourceSecrets } from './source-secrets.ts'

/** What a connection is opened with: of a stored data source its record and its secrets, of one that is being typed also what was typed. */

/** Where the sample server is now; it starts the server when it does not run. */
export interface SampleAccess {
  endpoint(): Promise<{ readonly host: string; readonly port: number; readonly password: string }>
}

export interface SourceSettingsParts {
  readonly records: DataSourceRecords
  readonly secrets: SourceSecrets
  readonly sample: SampleAccess
}

export class SourceSettings {
  readonly #parts: SourceSettingsParts

  constructor(parts: SourceSettingsParts) {
    this.#parts = parts
  }

  /** @throws AppError NOT_FOUND */
  require(id: string): StoredDataSource {
    const source = this.#parts.records.find(id)
    if (source === null) throw notFound('data source')
    return source
  }

  /** @throws AppError PASSWORD_NEEDED when there should be a password and it is not at hand */
  async toConnect(id: string): Promise<ConnectionSettings> {
    const source = this.require(id)
    if (source.kind === 'sample') {
      const { host, port, password } = await this.#parts.sample.endpoint()
      return { ...storedSettings(source), host, port, password: async () => password }
    }
    const password = await this.#parts.secrets.passwordToConnect(source)
    return { ...this.withoutPassword(source), password: async () => (password === null ? null : reveal(password)) }
  }

  withoutPassword(source: StoredDataSource): Omit<ConnectionSettings, 'password'> {
    return { ...storedSettings(source), clientCertificate: this.#parts.secrets.clientCertificate(source) ?? null }
  }

  /** null: none is stored for this recipient, or it is not at hand. @throws AppError PASSWORD_NEEDED when the vault that has it is locked */
  async storedPassword(id: string | undefined, recipient: Recipient): Promise<Secret | null> {
    const source = this.#find(id)
    return source === null || !isSameRecipient(source, recipient) ? null : this.#parts.secrets.password(source)
  }

  /** Of a stored source, what was not given now is what is stored. null: none. @throws AppError INVALID */
  async certificatesFor(input: DataSourceInput, fields: ConnectionFields, id: string | undefined): Promise<Certificates | null> {
    const given = await readCertificates(input, fields)
    const source = this.#find(id)
    return this.withKey(given ?? (source === null ? null : { ...source, clientKeyPem: null }), id)
  }

  /** With the stored key where none was given. @throws AppError INVALID where there is none either */
  async withKey(certificates: Certificates | null, id: string | undefined): Promise<Certificates | null> {
    if (certificates === null || certificates.clientCertificatePem === null || certificates.clientKeyPem !== null) return certificates
    const source = this.#find(id)
    const clientKeyPem = source === null ? null : await this.#parts.secrets.key(source)
    if (clientKeyPem === null) throw keyMissing()
    return { ...certificates, clientKeyPem: reveal(clientKeyPem) }
  }

  #find(id: string | undefined): StoredDataSource | null {
    return id === undefined ? null : this.#parts.records.find(id)
  }
}
