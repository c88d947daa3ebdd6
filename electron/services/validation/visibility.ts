import { type Sql, sql } from '#shared/sql/sql.ts'
import { mentions } from './mentions.ts'
import type { RunQuery } from './read-table.ts'
import type { QualifiedName } from './source-relations.ts'

/** As whom rows are seen. A policy, a view's owner or a view that asks who reads it may show fewer rows than there are. */
export interface Visibility {
  readonly role: string
  readonly snapshot: string
  /** Relations whose policies apply to this role: it may not see all rows, so none of them proves anything. */
  readonly hiding: readonly string[]
  readonly remarks: readonly string[]
}

/** Of a query (`text`) the server itself refuses to show fewer rows than there are; that is known before anything is read. */
export async function readVisibility(query: RunQuery, oid: string, text: string | null = null): Promise<Visibility> {
  const { rows } = await query(underlyingSql(oid))
  const [role = '', snapshot = ''] = (await query(sql`SELECT current_user, pg_catalog.pg_current_snapshot()`)).rows[0] ?? []
  const hiding: string[] = []
  const remarks: string[] = []
  const asked = [text, ...rows.map((row) => row[7] ?? null)].filter((one) => one !== null).join('\n')
  // Most databases have no such function.
  const own = asked === '' ? [] : (await query(settingFunctionsSql)).rows
  for (const [schema, name] of own) if (mentions(asked, name ?? '')) hiding.push(`${schema}.${name}`)
  for (const [schema, name, isSelf, viaOwner, enabled, active, asksWho, , isForeign] of rows) {
    const relation = `${schema}.${name}`
    if (active === 't' && viaOwner === null) hiding.push(relation)
    else if (enabled === 't') {
      const seenAs =
        viaOwner === null ? `the role ${role}, to which its row-level security does not apply` : `${viaOwner}, the owner of a view over it`
      remarks.push(`Rows of ${relation} were seen as ${seenAs}.`)
    }
    if (isForeign === 't') remarks.push(`Rows of ${relation} lie elsewhere: the snapshot of this run does not hold them.`)
    if (asksWho === 't')
      remarks.push(`${isSelf === 't' ? 'This view' : `The view ${relation}`} may show other rows to another role: it asks who reads it.`)
  }
  if (text !== null && asksWhoReads.test(text)) remarks.push('This query may show other rows to another role: it asks who reads it.')
  return { role: role ?? '', snapshot: snapshot ?? '', hiding, remarks }
}

/** Functions that turn row-level security on for themselves, whatever their caller has: rows that they leave out raise no error. And what is built on them. */
const settingFunctionsSql = sql`
  WITH RECURSIVE own(class, oid) AS (
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, p.oid FROM pg_catalog.pg_proc p
    WHERE EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) AS setting WHERE setting ~* '^row_security=(t|tr|tru|true|y|ye|yes|on|1)$')
    UNION
    SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid END, COALESCE(r.ev_class, d.objid)
    FROM own JOIN pg_catalog.pg_depend d ON d.refclassid = own.class AND d.refobjid = own.oid
      AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)
    LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
  )
  SELECT n.nspname, COALESCE(p.proname, c.relname) FROM own
  LEFT JOIN pg_catalog.pg_proc p ON own.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = own.oid
  LEFT JOIN pg_catalog.pg_class c ON own.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = own.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = COALESCE(p.pronamespace, c.relnamespace)
  ORDER BY 1, 2`

const asksWhoReads = /current_user|session_user|current_setting|current_role/iu

export function hiddenRowsSentence(visibility: Visibility): string {
  return `Row-level security hides rows of ${visibility.hiding.join(', ')} from the role ${visibility.role}. Validate as a role that sees every row (its owner, or one with BYPASSRLS).`
}

/**
 * The relation, the views inside it and their tables, with the owner through whom each is read: that of the innermost
 * view above it without security_invoker. `row_security_active` speaks of the current role, so it counts only where no owner stands between.
 */
function underlyingSql(oid: string): Sql {
  return sql`
    WITH RECURSIVE below AS (
      SELECT c.oid, NULL::pg_catalog.oid AS owner FROM pg_catalog.pg_class c WHERE c.oid = ${oid}::pg_catalog.oid
      UNION
      SELECT d.refobjid,
        CASE WHEN EXISTS (SELECT FROM pg_catalog.unnest(v.reloptions) AS given WHERE given ~* '^security_invoker=(t|tr|tru|true|y|ye|yes|on|1)$')
          THEN b.owner ELSE v.relowner END
      FROM below b
      JOIN pg_catalog.pg_class v ON v.oid = b.oid AND v.relkind = 'v'
      JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
    )
    SELECT n.nspname, c.relname, c.oid = ${oid}::pg_catalog.oid, pg_catalog.pg_get_userbyid(b.owner), c.relrowsecurity, pg_catalog.row_security_active(c.oid),
      c.relkind = 'v' AND pg_catalog.pg_get_viewdef(c.oid) ~* 'current_user|session_user|current_setting|current_role',
      CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_get_viewdef(c.oid) END, c.relkind = 'f'
    FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    ORDER BY 1, 2`
}

/** The files that hold the rows, as they are now (not as of the snapshot): a TRUNCATE or a rewrite gives new ones. */
export async function readStorage(query: RunQuery, relations: readonly QualifiedName[]): Promise<string> {
  const files: string[] = []
  for (const relation of relations) files.push(await filesOf(query, relation))
  return files.join('; ')
}

/** By name in the catalog: a cast to regclass would ask for a right on the schema, which who reads through a view need not have. */
async function filesOf(query: RunQuery, { schema, name }: QualifiedName): Promise<string> {
  const { rows } = await query(sql`
    WITH self AS (
      SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${schema} AND c.relname = ${name}
    )
    SELECT pg_catalog.string_agg(t.oid || ' ' || COALESCE(pg_catalog.pg_relation_filenode(t.oid)::pg_catalog.text, '-'), ' ' ORDER BY t.oid)
    FROM (SELECT self.oid FROM self UNION SELECT p.relid::pg_catalog.oid FROM self, pg_catalog.pg_partition_tree(self.oid) p) t`)
  return rows[0]?.[0] ?? ''
}
