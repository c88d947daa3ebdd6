import type { RelationKind } from '#shared/model/data-source.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { ReadAccess } from '#shared/model/role-proof.ts'
import { type ActingRole, type GrantFact, type RoleFacts, roleAttributes } from '#shared/postgres/role-findings.ts'
import { boundedRead } from './bounded-read.ts'
import type { Connection } from './connection.ts'

/** What the catalog says of the role that is logged in: a few statements over whole catalogs, whatever their size. No data is read. */

interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with the number of statements that are done, of `roleFactSteps`. */
  readonly progress?: (done: number) => void
}

export const roleFactSteps = 6

/** @throws what boundedRead throws */
export async function readRoleFacts(connection: Connection, { signal, progress }: CallOptions = {}): Promise<RoleFacts> {
  let done = 0
  const read = async (text: string) => {
    const { rows } = await boundedRead(connection, { text: `/* ${SQL_TAG}role-proof */ ${text}`, values: [] }, { signal, limitMs: 30_000 })
    done += 1
    progress?.(done)
    return rows
  }
  const [self] = await read(
    'SELECT session_user, pg_catalog.current_database(), EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = session_user AND r.oid = 10)',
  )
  const acting = actingRoles(await read(actingSql))
  const owned = await read(ownedSql)
  const grants = await read(grantsSql)
  const reads = await read(readsSql)
  const others = await read(databasesSql)
  return {
    role: self?.[0] ?? '',
    database: self?.[1] ?? '',
    isBootstrap: self?.[2] === 't',
    acting,
    owned: owned.map(([type, identity, owner]) => ({ type: type ?? '', identity: identity ?? '', owner: owner ?? '' })),
    grants: grants.map(([kind, identity, column, privilege, grantee]) => ({
      kind: grantKind(kind),
      identity: identity ?? '',
      column: column ?? null,
      privilege: privilege ?? '',
      grantee: grantee ?? null,
    })),
    reads: reads.map(([schema, name, kind, access]) => ({
      schema: schema ?? '',
      name: name ?? '',
      kind: relationKinds[kind ?? ''] ?? 'table',
      access: readAccesses[access ?? ''] ?? 'none',
    })),
    otherDatabases: others.map(([name]) => name ?? ''),
  }
}

/** More than anybody reads through; the verdict does not hang on the rest. */
const LIMIT = 20_000

/** The role and what it is a member of, at any depth: also without INHERIT, because SET ROLE takes it. `first` is the membership to end. */
const acting = `WITH RECURSIVE acting (oid, first, grantor) AS (
  SELECT r.oid, NULL::pg_catalog.oid, NULL::pg_catalog.oid FROM pg_catalog.pg_roles r WHERE r.rolname = session_user
  UNION
  SELECT m.roleid, COALESCE(a.first, m.roleid), COALESCE(a.grantor, m.grantor)
  FROM acting a JOIN pg_catalog.pg_auth_members m ON m.member = a.oid
)`

/** GRANTED BY decides which grant is taken back from PostgreSQL 16 on; before, there is one grant of a membership. */
const actingSql = `${acting}
SELECT DISTINCT ON (a.first IS NOT NULL, r.rolname) r.rolname, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls, f.rolname,
       CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 160000 THEN g.rolname END
FROM acting a
JOIN pg_catalog.pg_roles r ON r.oid = a.oid
LEFT JOIN pg_catalog.pg_roles f ON f.oid = a.first
LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantor
ORDER BY a.first IS NOT NULL, r.rolname, a.first`

/** Default rights and user mappings depend on a role without being its property; the sequence of a column goes with its table. */
const ownedSql = `${acting}
SELECT o.type, o.identity, r.rolname
FROM pg_catalog.pg_shdepend d
JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) o
WHERE d.deptype = 'o' AND d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
  AND d.refobjid IN (SELECT a.oid FROM acting a)
  AND d.dbid IN (0, (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()))
  AND (d.classid <> 'pg_catalog.pg_database'::pg_catalog.regclass OR d.objid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()))
  AND d.classid NOT IN ('pg_catalog.pg_default_acl'::pg_catalog.regclass, 'pg_catalog.pg_user_mapping'::pg_catalog.regclass)
  AND o.schema IS DISTINCT FROM 'pg_temp'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend x
                  WHERE x.classid = d.classid AND x.objid = d.objid AND x.deptype IN ('a', 'i')
                    AND x.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.refobjsubid > 0)
ORDER BY 1, 2
LIMIT ${LIMIT}`

/** Rights by their grantee, because that is what is taken back. An owner's own rights are told with what it owns. */
const grantsSql = `${acting}, grantee (oid, name) AS (
  SELECT DISTINCT a.oid, r.rolname FROM acting a JOIN pg_catalog.pg_roles r ON r.oid = a.oid
  UNION ALL SELECT 0::pg_catalog.oid, NULL
), namespace (oid, name, system) AS (
  SELECT n.oid, n.nspname, n.nspname IN ('pg_catalog', 'information_schema') FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_(toast|temp)'
)
SELECT kind, identity, column_name, privilege, grantee FROM (
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END AS kind, pg_catalog.format('%I.%I', n.name, c.relname) AS identity,
         NULL::pg_catalog.text AS column_name, x.privilege_type AS privilege, g.name::pg_catalog.text AS grantee
  FROM pg_catalog.pg_class c JOIN namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE c.relacl IS NOT NULL AND x.privilege_type <> 'SELECT' AND x.grantee <> c.relowner AND (NOT n.system OR c.relkind = 'r')
  UNION ALL
  SELECT 'column', pg_catalog.format('%I.%I', n.name, c.relname), pg_catalog.quote_ident(t.attname), x.privilege_type, g.name
  FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid JOIN namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE t.attacl IS NOT NULL AND NOT t.attisdropped AND x.privilege_type <> 'SELECT' AND x.grantee <> c.relowner AND (NOT n.system OR c.relkind = 'r')
  UNION ALL
  SELECT 'schema', pg_catalog.quote_ident(n.nspname), NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE n.nspacl IS NOT NULL AND x.privilege_type = 'CREATE' AND x.grantee <> n.nspowner AND n.nspname !~ '^pg_(toast|temp)'
  UNION ALL
  SELECT 'database', pg_catalog.quote_ident(d.datname), NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_database d
  CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))) x JOIN grantee g ON g.oid = x.grantee
  WHERE d.datname = pg_catalog.current_database() AND x.privilege_type IN ('CREATE', 'TEMPORARY') AND x.grantee <> d.datdba
  UNION ALL
  SELECT 'definer-function', o.identity, NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_proc p JOIN namespace n ON n.oid = p.pronamespace
  CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner))) x JOIN grantee g ON g.oid = x.grantee
  CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0) o
  WHERE p.prosecdef AND NOT n.system AND x.privilege_type = 'EXECUTE' AND p.proowner NOT IN (SELECT a.oid FROM acting a)
    AND p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  UNION ALL
  SELECT 'foreign-server', pg_catalog.quote_ident(s.srvname), NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_foreign_server s CROSS JOIN LATERAL pg_catalog.aclexplode(s.srvacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE s.srvacl IS NOT NULL AND x.grantee <> s.srvowner
  UNION ALL
  SELECT 'foreign-wrapper', pg_catalog.quote_ident(w.fdwname), NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_foreign_data_wrapper w CROSS JOIN LATERAL pg_catalog.aclexplode(w.fdwacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE w.fdwacl IS NOT NULL AND x.grantee <> w.fdwowner
  UNION ALL
  SELECT 'large-object', l.oid::pg_catalog.text, NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_largeobject_metadata l CROSS JOIN LATERAL pg_catalog.aclexplode(l.lomacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE l.lomacl IS NOT NULL AND x.privilege_type = 'UPDATE' AND x.grantee <> l.lomowner
  UNION ALL
  SELECT CASE d.defaclobjtype WHEN 'S' THEN 'future-sequences' ELSE 'future-tables' END,
         CASE WHEN n.oid IS NULL THEN pg_catalog.format('FOR ROLE %I', o.rolname) ELSE pg_catalog.format('FOR ROLE %I IN SCHEMA %I', o.rolname, n.nspname) END,
         NULL, x.privilege_type, g.name
  FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
  CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) x JOIN grantee g ON g.oid = x.grantee
  WHERE d.defaclobjtype IN ('r', 'S') AND x.privilege_type <> 'SELECT' AND x.grantee <> d.defaclrole
) f
ORDER BY kind, identity, privilege, grantee, column_name
LIMIT ${LIMIT}`

/** Columns are counted only where the table as a whole may not be read. A superuser and an owner pass by policies, and are shown as reading all. */
const readsSql = `
SELECT n.nspname, c.relname, c.relkind,
       CASE WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') THEN 'none'
            WHEN pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN
              CASE WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid) THEN 'hidden-rows' ELSE 'all' END
            WHEN NOT pg_catalog.has_any_column_privilege(c.oid, 'SELECT') THEN 'none'
            WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                           AND NOT pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')) THEN 'some-columns'
            WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid) THEN 'hidden-rows'
            ELSE 'all' END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname, c.relname`

const databasesSql = `
SELECT d.datname FROM pg_catalog.pg_database d
WHERE d.datallowconn AND d.datname <> pg_catalog.current_database() AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
ORDER BY d.datname LIMIT 1000`

function actingRoles(rows: readonly (readonly (string | null)[])[]): ActingRole[] {
  return rows.map(([name, superuser, createRole, createDatabase, replication, bypass, first, grantor]) => {
    const flags = [superuser, createRole, createDatabase, replication, bypass]
    return {
      name: name ?? '',
      attributes: roleAttributes.filter((_, index) => flags[index] === 't'),
      through: first === null || first === undefined ? null : { role: first, grantor: grantor ?? null },
    }
  })
}

const grantKinds: readonly GrantFact['kind'][] = [
  'relation',
  'column',
  'sequence',
  'schema',
  'database',
  'definer-function',
  'foreign-server',
  'foreign-wrapper',
  'large-object',
  'future-tables',
  'future-sequences',
]

function grantKind(text: string | null | undefined): GrantFact['kind'] {
  const kind = grantKinds.find((known) => known === text)
  if (kind === undefined) throw new Error('The server named a kind of grant that was not asked for.')
  return kind
}

const relationKinds: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}

const readAccesses: Readonly<Record<string, ReadAccess>> = {
  all: 'all',
  'some-columns': 'some-columns',
  'hidden-rows': 'hidden-rows',
  none: 'none',
}
