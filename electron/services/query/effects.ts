import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { Statement } from './script.ts'

/**
 * What a SELECT does beside reading: `SELECT pay(id) FROM bills` writes as often as it has rows. Stopping it after the
 * first ten thousand would take that back, and nobody would be told. The server knows which functions are volatile. Writes
 * hidden in the functions of a view or an operator are not seen here; in read-only mode the server refuses them.
 */
export class Effects {
  readonly #functions: ReadonlySet<string>

  constructor(functions: ReadonlySet<string>) {
    this.#functions = functions
  }

  /** Asks the server only when a SELECT of the script calls functions. */
  static async read(connection: Connection, statements: readonly Statement[], signal: AbortSignal): Promise<Effects> {
    const names = [...new Set(statements.flatMap(({ functions }) => functions))].filter((name) => !harmless.has(name))
    if (names.length === 0) return new Effects(new Set())
    const places = names.map((_, index) => `$${index + 1}`).join(', ')
    const text = `/* ${SQL_TAG}query */ SELECT DISTINCT proname FROM pg_catalog.pg_proc WHERE provolatile = 'v' AND proname IN (${places})`
    try {
      const { rows } = await connection.query({ text, values: names }, { signal })
      return new Effects(new Set(rows.map(([name]) => name ?? '')))
    } catch (error) {
      // A server that keeps no such catalog: then every function may have effects.
      if (error instanceof PostgresError) return new Effects(new Set(names))
      throw error
    }
  }

  /** true: it may be stopped at any row, and it leaves the session as it was. */
  onlyReads(statement: Statement): boolean {
    return statement.kind === 'select' && !statement.functions.some((name) => this.#functions.has(name))
  }
}

/** Volatile, because each call answers anew, and nothing more. */
const harmless: ReadonlySet<string> = new Set(['random', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'clock_timestamp', 'timeofday', 'pg_sleep'])
