import type { Connection } from '#services/postgres/connection.ts'
import { SQL_TAG } from '#shared/model/names.ts'

/**
 * Names of types for the heads of result columns. The protocol gives numbers only, and nothing can be asked while rows
 * come, so all types of the database are read once per run; there are a few hundred, and two for each table.
 */
export class TypeNames {
  /** Every type by its number. */
  static readonly none = new TypeNames(new Map())
  readonly #names: ReadonlyMap<number, string>

  constructor(names: ReadonlyMap<number, string>) {
    this.#names = names
  }

  static async read(connection: Connection, signal: AbortSignal): Promise<TypeNames> {
    const { rows } = await connection.query(
      {
        text: `/* ${SQL_TAG}query */ SELECT oid, pg_catalog.format_type(oid, NULL) FROM pg_catalog.pg_type`,
        values: [],
      },
      { signal },
    )
    return new TypeNames(new Map(rows.map(([oid, name]) => [Number(oid), name ?? ''])))
  }

  /** As `format_type` writes it with its modifier, for those whose modifier people know: numeric(10,2), character varying(20), timestamp(3). */
  nameOf(oid: number, modifier: number): string {
    const name = this.#names.get(oid) ?? `type ${oid}`
    if (modifier < 0) return name
    switch (oid) {
      case NUMERIC: {
        const packed = modifier - 4
        // The scale is signed and has eleven bits since PostgreSQL 15; older servers write it as sixteen, which agrees for 0 to 1000.
        const scale = ((packed & 0x7ff) ^ 1024) - 1024
        return `numeric(${(packed >> 16) & 0xffff},${scale})`
      }
      case VARCHAR:
      case BPCHAR:
        return `${name}(${modifier - 4})`
      default:
        return name
    }
  }
}

const NUMERIC = 1700
const VARCHAR = 1043
const BPCHAR = 1042
