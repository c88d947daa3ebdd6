import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import { RoleProof } from '#shared/model/role-proof.ts'

/** The last proof of each data source, in its row. */

const Stored = z.object({ target: z.string(), proof: RoleProof })

export class RoleProofRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** null: never proven, proven by a version that wrote it differently, or proven where the data source does not go any more. */
  find(source: DataSource): RoleProof | null {
    const row = this.#store.database.prepare('SELECT role_proof FROM data_sources WHERE id = ?').get(source.id)
    const text = z.object({ role_proof: z.string().nullable() }).parse(row).role_proof
    if (text === null) return null
    const stored = Stored.safeParse(JSON.parse(text))
    return stored.success && stored.data.target === targetOf(source) ? stored.data.proof : null
  }

  save(source: DataSource, proof: RoleProof): void {
    this.#store.database
      .prepare('UPDATE data_sources SET role_proof = ?, role_proven_at = ? WHERE id = ?')
      .run(JSON.stringify({ target: targetOf(source), proof } satisfies z.infer<typeof Stored>), proof.provenAt, source.id)
  }

  /** Names of the relations that are data assets, as `relationKey` of the data sources writes them. */
  assetNames(dataSourceId: string): readonly { readonly schema: string; readonly name: string }[] {
    const rows = this.#store.database
      .prepare('SELECT schema_name, relation_name FROM data_assets WHERE data_source_id = ?')
      .all(dataSourceId)
    return z
      .array(z.object({ schema_name: z.string(), relation_name: z.string() }))
      .parse(rows)
      .map((row) => ({ schema: row.schema_name, name: row.relation_name }))
  }
}

/** The sample's port is another one at each start. */
function targetOf({ kind, host, port, database, user }: DataSource): string {
  return JSON.stringify(kind === 'sample' ? [kind, database, user] : [host, port, database, user])
}
