import type { AppInfo, VaultStatus } from '#shared/model/app.ts'
import type { SecretEntry } from '#shared/model/data-source.ts'
import type { Client } from './contract-client.ts'
import { table } from './text.ts'

/** Where things are kept, and whether they are at hand; for a scheduler to ask before a night of runs. */
export interface Status {
  readonly version: string
  readonly dataFolder: string
  readonly vault: VaultStatus
  /** Of each data source its password and key: where it is, never what it is. */
  readonly secrets: readonly SecretEntry[]
}

/** Tries the keychain, as a run would. */
export async function readStatus(client: Client, signal: AbortSignal): Promise<Status> {
  const vault = await client.app.vault.probe({}, { signal })
  const { version, dataFolder }: AppInfo = await client.app.info({}, { signal })
  return { version, dataFolder, vault, secrets: await client.dataSources.secrets.list({}, { signal }) }
}

export function statusAsText({ version, dataFolder, vault, secrets }: Status): string {
  return [
    table(
      ['part', 'state'],
      [
        ['version', version],
        ['data folder', dataFolder],
        ['passwords', vault.mode],
        ['keychain', vault.probe],
        ['vault', vault.vault],
      ],
    ),
    '',
    table([vault.sentence], []),
    ...(vault.remedy === null ? [] : [table([vault.remedy], [])]),
    ...(secrets.length === 0
      ? []
      : [
          '',
          table(
            ['data source', 'secret', 'state'],
            secrets.map(({ dataSourceName, kind, state }) => [dataSourceName, kind, state]),
          ),
        ]),
  ].join('\n')
}
