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

  /** No function has any. */
  static readonly none = new Effects(new Set())

  /** Every function may have some. */
  static any(statements: readonly Statement[]): Effects {
    return new Effects(new Set(namesIn(statements)))
  }

  /** Only then the server is asked: when a SELECT of the script calls functions. */
  static asks(statements: readonly Statement[]): boolean {
    return namesIn(statements).length > 0
  }

  /** `beside`: the connection is not the one that they run on, so what an open transaction has made is not seen there. */
  static async read(connection: Connection, statements: readonly Statement[], signal: AbortSignal, beside = false): Promise<Effects> {
    const names = namesIn(statements)
    if (names.length === 0) return Effects.none
    const places = names.map((_, index) => `$${index + 1}`).join(', ')
    const text = `/* ${SQL_TAG}query */ SELECT proname, bool_or(provolatile = 'v') FROM pg_catalog.pg_proc WHERE proname IN (${places}) GROUP BY proname`
    // A script may make a function before it calls it. Of a single SELECT the server knows them all, in this catalog or (Redshift) elsewhere.
    const mayBeNew = beside || statements.some(({ kind }) => kind !== 'select' && kind !== 'transaction')
    try {
      const { rows } = await connection.query({ text, values: names }, { signal })
      const isVolatile = new Map(rows.map(([name, answer]) => [name, answer === 't']))
      return new Effects(new Set(names.filter((name) => isVolatile.get(name) ?? mayBeNew)))
    } catch (error) {
      // A server that keeps no such catalog: then every function may have effects.
      if (error instanceof PostgresError) return Effects.any(statements)
      throw error
    }
  }

  /** true: it may be stopped at any row, and it leaves the session as it was. */
  onlyReads(statement: Statement): boolean {
    return statement.kind === 'select' && !statement.functions.some((name) => this.#functions.has(name))
  }
}

function namesIn(statements: readonly Statement[]): readonly string[] {
  return [...new Set(statements.flatMap(({ functions }) => functions))].filter((name) => !harmless.has(name))
}

/** Volatile, because each call answers anew, and nothing more. */
const harmless: ReadonlySet<string> = new Set(['random', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'clock_timestamp', 'timeofday', 'pg_sleep'])
