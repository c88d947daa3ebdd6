import { z } from 'zod'
import type { Store } from '#services/store/store.ts'

/** What is remembered of the sample while its server does not run. */
export interface SampleRecord {
  readonly dataSourceId: string | null
  /** As it was when last looked at. */
  readonly broken: boolean
  readonly serverVersion: string | null
}

const Row = z.object({ data_source_id: z.string().nullable(), broken: z.int(), server_version: z.string().nullable() })

export class SampleRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  read(): SampleRecord {
    const row = this.#store.database
      .prepare(
        `SELECT s.broken, s.server_version, d.id AS data_source_id
         FROM sample s LEFT JOIN data_sources d ON d.id = s.data_source_id AND d.removed_at IS NULL WHERE s.id = 1`,
      )
      .get()
    if (row === undefined) return { dataSourceId: null, broken: false, serverVersion: null }
    const read = Row.parse(row)
    return { dataSourceId: read.data_source_id, broken: read.broken === 1, serverVersion: read.server_version }
  }

  write(record: SampleRecord, brokenSentence: string | null, now: string): void {
    this.#store.database
      .prepare(
        `INSERT INTO sample (id, data_source_id, broken, broken_sentence, server_version, loaded_at, updated_at)
         VALUES (1, @dataSourceId, @broken, @brokenSentence, @serverVersion, @now, @now)
         ON CONFLICT (id) DO UPDATE SET data_source_id = excluded.data_source_id, broken = excluded.broken,
           broken_sentence = excluded.broken_sentence, server_version = excluded.server_version, updated_at = excluded.updated_at`,
      )
      .run({ ...record, broken: record.broken ? 1 : 0, brokenSentence, now })
  }

  clear(): void {
    this.#store.database.prepare('DELETE FROM sample').run()
  }
}
