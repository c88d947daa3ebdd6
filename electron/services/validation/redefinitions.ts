import { PostgresError } from '#services/postgres/errors.ts'
import { sql } from '#shared/sql/sql.ts'
import { mentions } from './mentions.ts'
import { ends } from './problems.ts'
import type { ValidationSession } from './session.ts'

/**
 * What a query is made of, and no lock holds: a function, or a view that an expectation reads beside the asset. Whoever replaces
 * one replaces it for the statements after it, whatever their snapshot; and what the new one reads may be empty to that.
 */

/**
 * Those among what `texts` name (queries, statements, names) that were replaced, renamed or dropped since the snapshot was taken. A catalog row that
 * the snapshot shows and that somebody changed since carries, in xmax, a transaction that the snapshot does not know to be over. One that was
 * taken back is among them: nothing is lost by looking again. What this run holds locks on is as it was.
 */
export async function redefinedAmong(session: ValidationSession, texts: readonly string[]): Promise<readonly string[]> {
  const touched = await touchedSince(session)
  if (touched.length === 0) return []
  const said = texts.join('\n')
  const { rows } = await session.isolated(async () => {
    // The planner thinks of millions, and room for them would be made before the first is looked at.
    await session.query(sql`SELECT pg_catalog.set_config('work_mem', '1MB', true), pg_catalog.set_config('jit', 'off', true)`)
    return await session.query(builtOnSql(JSON.stringify(touched)))
  })
  return rows.filter(([, name]) => mentions(said, name ?? '')).map(([schema, name]) => `${schema}.${name}`)
}

interface Touched {
  readonly class: string
  readonly oid: string
}

async function touchedSince(session: ValidationSession): Promise<readonly Touched[]> {
  try {
    const { rows } = await session.isolated(() => session.query(touchedSql(JSON.stringify(session.locked))))
    return rows.map(([of, oid]) => ({ class: of ?? '', oid: oid ?? '' }))
  } catch (error) {
    // An engine that speaks PostgreSQL's protocol, and keeps its rows in another way.
    if (error instanceof PostgresError && !ends(error) && withoutRowVersions.includes(error.sqlstate)) return []
    throw error
  }
}

/** No such function, column or type; or not supported. */
const withoutRowVersions = ['42883', '42703', '42704', '0A000']

/** Changed tables, views and functions. An xmax has 32 bits of 64; the others are those that bring it nearest to the snapshot. */
const touchedSql = (locked: string) => sql`
  WITH snapshot AS (
    SELECT pg_catalog.pg_current_snapshot() AS seen, pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8 AS next
  ), held AS (
    SELECT c.oid FROM pg_catalog.json_to_recordset(${locked}::pg_catalog.json) AS r(schema pg_catalog.text, name pg_catalog.text)
    JOIN pg_catalog.pg_namespace n ON n.nspname = r.schema JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = r.name
  ), touched AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS class, t.oid, t.xmax::pg_catalog.text::pg_catalog.int8 AS by
    FROM (
      SELECT c.oid, c.xmax FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      UNION ALL SELECT r.ev_class, r.xmax FROM pg_catalog.pg_rewrite r
    ) t
    WHERE t.xmax <> '0' AND t.oid NOT IN (SELECT h.oid FROM held h)
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.xmax::pg_catalog.text::pg_catalog.int8 FROM pg_catalog.pg_proc p WHERE p.xmax <> '0'
  )
  SELECT DISTINCT t.class::pg_catalog.oid, t.oid FROM snapshot s, touched t
  WHERE NOT pg_catalog.pg_visible_in_snapshot(
    GREATEST(s.next + ((t.by - s.next) % 4294967296 + 6442450944) % 4294967296 - 2147483648, 0)::pg_catalog.text::pg_catalog.xid8, s.seen)`

/** They, and the views and functions that are built on them. What a function of text calls is not in the catalog: there, the name in its text counts. */
const builtOnSql = (touched: string) => sql`
  WITH RECURSIVE reached(class, oid) AS (
    SELECT t.class, t.oid FROM pg_catalog.json_to_recordset(${touched}::pg_catalog.json) AS t(class pg_catalog.oid, oid pg_catalog.oid)
    UNION
    SELECT n.class, n.oid FROM reached x
    CROSS JOIN LATERAL (
      SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::pg_catalog.regclass END AS class, COALESCE(r.ev_class, d.objid) AS oid
      FROM pg_catalog.pg_depend d
      LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
      WHERE d.refclassid = x.class AND d.refobjid = x.oid
        AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)
      UNION ALL
      SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c')
      WHERE pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(COALESCE(
        (SELECT f.proname FROM pg_catalog.pg_proc f WHERE x.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND f.oid = x.oid),
        (SELECT c.relname FROM pg_catalog.pg_class c WHERE x.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = x.oid))::pg_catalog.text)) > 0
    ) n
  )
  SELECT DISTINCT n.nspname, COALESCE(p.proname, c.relname) FROM reached x
  LEFT JOIN pg_catalog.pg_proc p ON x.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = x.oid
  LEFT JOIN pg_catalog.pg_class c ON x.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = x.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = COALESCE(p.pronamespace, c.relnamespace)
  ORDER BY 1, 2`
