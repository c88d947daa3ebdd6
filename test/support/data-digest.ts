import { createHash } from 'node:crypto'
import DatabaseConstructor from 'better-sqlite3'

/** Of every row of every table of a data file; what it says of the keychain of one computer is left out. */
export function digestOf(file: string): string {
  const database = new DatabaseConstructor(file, { readonly: true })
  try {
    const hash = createHash('sha256')
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all() as string[]
    for (const table of tables) {
      const columns = (database.pragma(`table_info("${table}")`) as { name: string }[])
        .map(({ name }) => name)
        .filter((name) => !['secret_saved', 'secret_place', 'client_key_saved', 'client_key_place'].includes(name))
        .map((name) => `"${name}"`)
      const rows = database
        .prepare(`SELECT ${columns.join(', ')} FROM "${table}" ORDER BY ${columns.join(', ')}`)
        .raw()
        .all()
      hash.update(`${table}\n${JSON.stringify(rows)}\n`)
    }
    return hash.digest('hex')
  } finally {
    database.close()
  }
}
