import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secretSettings } from '#services/app/secret-settings.ts'
import { DataSourceRecords, type StoredDataSource } from '#services/data-sources/records.ts'
import { SecretPlaces } from '#services/data-sources/secret-places.ts'
import type { Secrets } from '#services/data-sources/secrets.ts'
import { SourceSecrets } from '#services/data-sources/source-secrets.ts'
import { Store } from '#services/store/store.ts'
import { Vault } from '#services/vault/vault.ts'
import { reveal, type SecretPlace } from '#shared/model/secret.ts'
import { memoryLog } from './host.ts'
import { type KeychainModule, keychainModule } from './keychain-module.ts'

/** Secrets of data sources over a real store and a real vault; the keychain is a stand-in at keytar's boundary. */

export const PASSPHRASE = 'four words, and none said'
export const PASSWORD = 'pässword ☃\n'
/** As long as that of RSA with 4,096 bits: four pieces. */
export const KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(95)}-----END PRIVATE KEY-----`
export const ID = 'f7a4c1de-0b52-4c1a-9a55-5a1e6a1f3f10'
/** Of ID, its password and the pieces of its key. */
export const accounts: readonly string[] = [ID, ...[0, 1, 2, 3].map((index) => `${ID}/client-key/${index}`)]

export interface SecretParts {
  readonly vault: Vault
  readonly records: DataSourceRecords
  readonly sources: SourceSecrets
  readonly places: SecretPlaces
}

/** A computer of its own. */
export class SecretsComputer {
  readonly folder = mkdtempSync(join(tmpdir(), 'plumbline-secrets-'))
  readonly keychain: KeychainModule
  readonly store: Store
  readonly #vaults: Vault[] = []

  /** `like`: with all that is on the disk of another one, which does nothing meanwhile. */
  constructor(options: { readonly windows?: boolean; readonly like?: SecretsComputer } = {}) {
    if (options.like !== undefined) cpSync(options.like.folder, this.folder, { recursive: true })
    this.keychain = keychainModule(this.folder, options)
    this.store = Store.open(this.folder, { migrate: true })
  }

  /** As after a start. `over`: stands between these parts and what outlives them. */
  start(over: <Part extends object>(part: Part) => Part = (part) => part): SecretParts {
    const vault = new Vault({
      modulesFolder: this.keychain.modulesFolder,
      probe: 'here',
      folder: this.folder,
      settings: secretSettings(this.store),
      cost: { logN: 1, r: 1, p: 1 },
    })
    this.#vaults.push(vault)
    const secrets: Secrets = over(vault)
    const records = over(new DataSourceRecords(this.store))
    const sources = new SourceSecrets(records, secrets, memoryLog().log)
    return { vault, records, sources, places: new SecretPlaces({ records, secrets, sources }) }
  }

  /** A data source whose password and key are saved in this place; the vault is unlocked. */
  async startWithSecretsIn(place: SecretPlace): Promise<SecretParts> {
    const parts = this.start()
    await parts.vault.create(PASSPHRASE)
    parts.vault.choose(place === 'vault' ? 'vault' : 'os-keychain')
    addSource(parts.records)
    await parts.sources.keepPassword(ID, PASSWORD, true)
    await parts.sources.keepKey(ID, KEY, true)
    return parts
  }

  async dispose(): Promise<void> {
    for (const vault of this.#vaults) await vault.dispose()
    this.store.dispose()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function addSource(records: DataSourceRecords, id = ID, name = 'Shop'): void {
  const source: StoredDataSource = {
    id,
    name,
    kind: 'postgres',
    host: 'db',
    port: 5432,
    database: 'shop',
    user: 'reader',
    sslmode: 'verify-full',
    rootCertificatePem: null,
    clientCertificatePem: '-----BEGIN CERTIFICATE-----',
    searchPath: null,
    environment: 'none',
    readOnly: false,
    keepFailingValues: true,
    statementTimeoutMs: null,
    passwordIn: null,
    clientKeyIn: null,
    passwordNeeded: true,
    createdAt: new Date().toISOString(),
  }
  records.insert(source, source.createdAt)
}

export function storedSource({ records }: SecretParts): StoredDataSource {
  const source = records.find(ID)
  if (source === null) throw new Error('The data source is gone.')
  return source
}

/** Its password and key, as they are read for connecting. */
export async function secretsOf(parts: SecretParts): Promise<readonly (string | null)[]> {
  const source = storedSource(parts)
  const read = [await parts.sources.password(source), await parts.sources.key(source)]
  return read.map((secret) => (secret === null ? null : reveal(secret)))
}

/** Which of the accounts the vault has. */
export async function accountsInVault(vault: Vault): Promise<readonly string[]> {
  const found = await Promise.all(accounts.map(async (account) => [account, (await vault.readFrom('vault', account)).state] as const))
  return found.filter(([, state]) => state === 'found').map(([account]) => account)
}
