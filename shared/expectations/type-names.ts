/**
 * What GX calls a type: the words that SQLAlchemy would declare the column with, for example `VARCHAR(12)` or `NUMERIC(12, 4)`;
 * of a type of one's own, its name. Beside these, the type as PostgreSQL itself writes it is taken.
 * @param formatted as `format_type` writes it, perhaps with a schema before it
 */
export function gxTypeName(formatted: string): string {
  const plain = withoutSchema(formatted)
  const [, base = plain, modifier = '', rest = '', array = ''] =
    /^([^([]+?)\s*(\([^)]*\))?( with(?:out)? time zone)?((?:\[\])*)$/.exec(plain) ?? []
  const known = names[base]
  if (known === undefined) return plain
  return `${known}${modifier.replace(/,\s*/, ', ')}${rest.toUpperCase()}${array}`
}

/** Whether a type that is asked for is this one. Upper and lower case do not matter, as in GX. */
export function isOfType(asked: string, formatted: string): boolean {
  const wanted = asked.trim().toLowerCase()
  return [gxTypeName(formatted), withoutSchema(formatted), formatted].some((name) => name.toLowerCase() === wanted)
}

function withoutSchema(formatted: string): string {
  return formatted
    .replace(/^(?:"(?:[^"]|"")+"|[^".(\s]+)\./, '')
    .replace(/^"((?:[^"]|"")+)"/, (_all, name: string) => name.replaceAll('""', '"'))
}

const names: Readonly<Record<string, string>> = {
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  numeric: 'NUMERIC',
  real: 'REAL',
  'double precision': 'DOUBLE PRECISION',
  text: 'TEXT',
  'character varying': 'VARCHAR',
  character: 'CHAR',
  boolean: 'BOOLEAN',
  json: 'JSON',
  jsonb: 'JSONB',
  timestamp: 'TIMESTAMP',
  time: 'TIME',
  date: 'DATE',
  interval: 'INTERVAL',
  uuid: 'UUID',
  bytea: 'BYTEA',
  inet: 'INET',
  cidr: 'CIDR',
  macaddr: 'MACADDR',
  money: 'MONEY',
  oid: 'OID',
  citext: 'CITEXT',
  hstore: 'HSTORE',
  tsvector: 'TSVECTOR',
  bit: 'BIT',
  'bit varying': 'BIT VARYING',
}
