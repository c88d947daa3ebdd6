import type { Connection } from '#services/postgres/connection.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { RolePlan, RoleSurroundings } from '#shared/model/role-plan.ts'
import { type CompiledSql, compile, type Sql, sql } from '#shared/sql/sql.ts'

/**
 * Reads what the role script depends on: whether the role is there and bears our mark, and who makes tables in the schemas.
 * `read` runs one question, so that it can stand in a transaction or be bounded by itself.
 */
export async function readSurroundings(
  read: (statement: CompiledSql) => ReturnType<Connection['query']>,
  { role, schemas }: Pick<RolePlan, 'role' | 'schemas'>,
  mark: string,
): Promise<RoleSurroundings> {
  const [self] = (await read(tagged(roleSql(role, mark)))).rows
  const names = [...new Set(schemas)]
  const { rows } = await read(tagged(ownersSql(names)))
  return {
    existing: self?.[1] == null ? 'none' : self[1] === 't' ? 'ours' : 'not-ours',
    admin: self?.[0] ?? '',
    schemas: names.map((name) => {
      const found = rows.filter(([schema]) => schema === name)
      return { name, exists: found.length > 0, owners: found.flatMap(([, owner]) => (owner == null ? [] : [owner])) }
    }),
  }
}

/** The mark may stand in a longer comment: an administrator may have added to it. */
const roleSql = (role: string, mark: string) => sql`
SELECT current_user, (
  SELECT pg_catalog.strpos(COALESCE(pg_catalog.shobj_description(r.oid, 'pg_authid'), ''), ${mark}::pg_catalog.text) > 0
  FROM pg_catalog.pg_roles r WHERE r.rolname = ${role}::pg_catalog.text)`

/**
 * A schema of nobody's tables is asked for its own owner. pg_database_owner stands for the owner of the database and makes
 * nothing itself, so that one is named in its place.
 */
const ownersSql = (schemas: readonly string[]) => sql`
SELECT n.nspname, o.rolname
FROM pg_catalog.pg_namespace n
JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
LEFT JOIN LATERAL (
  SELECT DISTINCT c.relowner AS oid FROM pg_catalog.pg_class c
  WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  UNION
  SELECT CASE pg_catalog.pg_get_userbyid(n.nspowner) WHEN 'pg_database_owner' THEN d.datdba ELSE n.nspowner END
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))
) a ON true
LEFT JOIN pg_catalog.pg_roles o ON o.oid = a.oid
WHERE n.nspname = ANY (ARRAY(SELECT pg_catalog.json_array_elements_text(${JSON.stringify(schemas)}::pg_catalog.json)))
ORDER BY n.nspname, o.rolname`

function tagged(fragment: Sql): CompiledSql {
  const { text, values } = compile(fragment)
  return { text: `/* ${SQL_TAG}setup */ ${text.trimStart()}`, values }
}
