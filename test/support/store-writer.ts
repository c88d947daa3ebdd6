import { writeSync } from 'node:fs'
import { Store } from '#services/store/store.ts'

/** A process that is killed while it writes: one transaction of three rows after another, each said aloud once it is acknowledged. */

const store = Store.open(process.argv[2] ?? '', { migrate: true })
const insert = store.database.prepare(
  `INSERT INTO query_drafts (tab_id, data_source_id, title, sql, created_at, updated_at) VALUES (?, NULL, ?, ?, '', '')`,
)
const first = Number(process.argv[3])
for (let group = first; ; group += 1) {
  store.transaction(() => {
    for (const part of ['a', 'b', 'c']) insert.run(`${group}-${part}`, String(group), 'x'.repeat(1_000))
  })
  // Straight to the descriptor: a line that is buffered here would be lost with the process.
  writeSync(1, `${group}\n`)
}
