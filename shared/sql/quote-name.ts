import { quoteIdentifier } from './sql.ts'

/** Names as PostgreSQL's own quote_ident writes them: in quotes only where they are needed. Pure. */

/** So that what is shown looks as a person would write it. @throws RangeError for what no name of PostgreSQL can be */
export function quoteName(name: string): string {
  return isPlainName(name) && name.length <= 63 ? name : quoteIdentifier(name)
}

/** It reads the same without quotes. */
export function isPlainName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reservedWords.has(name)
}

/** Key words that cannot stand as a name without quotes (manual, appendix "SQL Key Words"). */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce collate ' +
    'collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user ' +
    'dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping ' +
    'having ilike in initially inner inout int integer intersect interval into is isnull join lateral leading least left like limit localtime localtimestamp national ' +
    'natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real ' +
    'references returning right row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to ' +
    'trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists ' +
    'xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
)
