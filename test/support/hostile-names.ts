import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createDatabase, runOnServer, type TestDatabase, testEndpoint } from './database.ts'

/**
 * A database in which every name and every value is an attack: on a page, on a template, on whoever forgets to quote, on
 * the eye. What runs in a page calls `__xss`, which a test counts.
 */

export const attacks = {
  image: '<img src=x onerror=__xss()>',
  vector: '"><svg/onload=__xss()>',
  script: '</title></textarea><script>__xss()</script>',
  link: 'javascript:__xss()//%0a',
  template: '{{7*7}}${__xss()}#{7*7}',
  quotes: `a"b'c\\; -- /* $$`,
  turned: '\u202Egnp.exe\u2066 \u200B\uFEFFx',
  lines: 'one\ntwo\r\nthree\tfour',
  controls: '\u0001\u001b[2J\u009b\u007f',
  nulLike: '\\0 %00 &#0; \\u0000 \u2400',
  longest: `${'名'.repeat(20)}abc`,
} as const
export type Attack = keyof typeof attacks

/** A line of a megabyte, with an attack at its beginning and its end. */
export const longLine = `${attacks.image}${'x'.repeat(1_000_000)}${attacks.vector}`

/** Where the names of everything but columns are. */
export const hostile = {
  schema: attacks.image,
  table: attacks.vector,
  view: attacks.quotes,
  column: attacks.image,
  key: attacks.quotes,
  enumType: `${attacks.script}e`,
  sequence: `${attacks.link}s`,
  function: attacks.template,
  channel: attacks.image,
} as const

export interface HostileDatabase extends TestDatabase {
  /** Its user is an attack as well. */
  readonly connectionString: string
  readonly role: string
}

export async function createHostileDatabase(): Promise<HostileDatabase> {
  const mark = randomBytes(3).toString('hex')
  const role = `<img src=${mark} onerror=__xss()>`
  const password = `p${mark}`
  const database = await createDatabase({ name: `"><svg/onload=__xss(${mark})>` })
  await database.run(
    `CREATE ROLE ${name(role)} LOGIN SUPERUSER PASSWORD '${password}'; COMMENT ON ROLE ${name(role)} IS ${text(attacks.vector)}; ${hostileSql}
      GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${name(role)}`,
  )
  const { host, port } = testEndpoint()
  const parts = [role, password, database.database].map(encodeURIComponent)
  return {
    ...database,
    role,
    connectionString: `postgresql://${parts[0]}:${parts[1]}@${host}:${port}/${parts[2]}`,
    dispose: async () => {
      await database.dispose()
      await runOnServer(`DROP ROLE ${name(role)}`)
    },
  }
}

const name = (value: string) => pg.escapeIdentifier(value)
const text = (value: string) => pg.escapeLiteral(value)

const kinds = Object.keys(attacks) as readonly Attack[]
const schema = name(hostile.schema)
const table = `${schema}.${name(hostile.table)}`
const columns = kinds.map((kind) => attacks[kind])

/** Says every attack as a notice, and ends in an error all of whose parts are attacks. */
const talking = `BEGIN
  ${columns.map((value) => `RAISE NOTICE USING MESSAGE = ${text(value)}, DETAIL = ${text(attacks.image)}, HINT = ${text(attacks.vector)};`).join('\n  ')}
  PERFORM pg_notify(${text(hostile.channel)}, ${text(attacks.vector)});
  RAISE EXCEPTION USING MESSAGE = ${text(attacks.image)}, DETAIL = ${text(attacks.vector)}, HINT = ${text(attacks.script)}, ERRCODE = 'XSS00',
    SCHEMA = ${text(attacks.image)}, TABLE = ${text(attacks.image)}, COLUMN = ${text(attacks.image)}, CONSTRAINT = ${text(attacks.image)}, DATATYPE = ${text(attacks.image)};
END`

/** Each row holds one attack in each of its columns; of each attack there are three rows, and one row is NULL but for its key. */
const hostileSql = `
  CREATE SCHEMA ${schema}; COMMENT ON SCHEMA ${schema} IS ${text(attacks.script)};
  CREATE TYPE ${schema}.${name(hostile.enumType)} AS ENUM (${columns.map(text).join(', ')});
  COMMENT ON TYPE ${schema}.${name(hostile.enumType)} IS ${text(attacks.image)};
  CREATE SEQUENCE ${schema}.${name(hostile.sequence)}; COMMENT ON SEQUENCE ${schema}.${name(hostile.sequence)} IS ${text(attacks.image)};
  CREATE TABLE ${table} (
    "id" int GENERATED ALWAYS AS IDENTITY CONSTRAINT ${name(`${attacks.script}k`)} PRIMARY KEY,
    "kind" ${schema}.${name(hostile.enumType)} DEFAULT ${text(attacks.image)},
    ${columns.map((column) => `${name(column)} text DEFAULT ${text(attacks.image)}`).join(',\n    ')},
    CONSTRAINT ${name(attacks.image)} CHECK (${name(attacks.image)} <> ${text(attacks.controls + attacks.controls)})
  );
  COMMENT ON TABLE ${table} IS ${text(attacks.image)};
  ${columns.map((column) => `COMMENT ON COLUMN ${table}.${name(column)} IS ${text(attacks.vector + column)};`).join('\n  ')}
  COMMENT ON CONSTRAINT ${name(attacks.image)} ON ${table} IS ${text(attacks.image)};
  CREATE INDEX ${name(attacks.vector + attacks.image)} ON ${table} (${name(attacks.image)}) WHERE ${name(attacks.image)} <> ${text(attacks.vector)};
  COMMENT ON INDEX ${schema}.${name(attacks.vector + attacks.image)} IS ${text(attacks.image)};
  CREATE STATISTICS ${schema}.${name(`${attacks.lines}x`)} ON ${name(attacks.image)}, ${name(attacks.vector)} FROM ${table};
  CREATE FUNCTION ${schema}.${name(hostile.function)}(${name(attacks.image)} text) RETURNS text LANGUAGE plpgsql AS ${text(talking)};
  COMMENT ON FUNCTION ${schema}.${name(hostile.function)}(text) IS ${text(attacks.image)};
  CREATE FUNCTION ${schema}.${name(attacks.script)}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER ${name(attacks.image)} BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${schema}.${name(attacks.script)}(${text(attacks.vector)});
  COMMENT ON TRIGGER ${name(attacks.image)} ON ${table} IS ${text(attacks.image)};
  CREATE POLICY ${name(attacks.image)} ON ${table} USING (${name(attacks.image)} <> ${text(attacks.script)});
  COMMENT ON EXTENSION plpgsql IS ${text(attacks.image)};
  ${columns.map((value) => insert([...columns.map(() => value)], value)).join('\n  ')}
  ${columns.map((value) => insert([...columns.map(() => value)], value)).join('\n  ')}
  ${insert([...columns], attacks.image)}
  INSERT INTO ${table} (${columns.map(name).join(', ')}) VALUES (${columns.map(() => 'NULL').join(', ')});
  INSERT INTO ${table} (${name(attacks.vector)}) VALUES (${text(longLine)});
  CREATE VIEW ${schema}.${name(hostile.view)} AS SELECT * FROM ${table} WHERE ${name(attacks.vector)} <> ${text(attacks.quotes)};
  COMMENT ON VIEW ${schema}.${name(hostile.view)} IS ${text(attacks.image)};
  CREATE TABLE ${schema}.${name(attacks.longest)} (${name(attacks.longest)} int); INSERT INTO ${schema}.${name(attacks.longest)} VALUES (1);
  ${kinds
    .filter((kind) => !(['vector', 'quotes', 'longest'] as string[]).includes(kind))
    .map(
      (kind) =>
        `CREATE TABLE ${schema}.${name(attacks[kind])} (${name(attacks[kind])} text); COMMENT ON TABLE ${schema}.${name(attacks[kind])} IS ${text(attacks[kind])};`,
    )
    .join('\n  ')}
  ANALYZE ${table};`

function insert(values: readonly string[], kind: string): string {
  return `INSERT INTO ${table} ("kind", ${columns.map(name).join(', ')}) VALUES (${[kind, ...values].map(text).join(', ')});`
}
