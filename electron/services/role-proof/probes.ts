import { randomBytes } from 'node:crypto'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { RelationRead, RoleFinding } from '#shared/model/role-proof.ts'
import { quoteIdentifier } from '#shared/sql/sql.ts'

/**
 * Tries what the role must not be able to do, in one transaction that is always rolled back. Writing is tried by EXPLAIN, which
 * checks the rights and runs nothing, so that no trigger fires and no row is locked; making tables is tried for real, unless
 * an event trigger would fire.
 */

const TABLES = 12
const SCHEMAS = 12

type Outcome = 'allowed' | 'refused' | 'skipped'

interface Trial {
  readonly subject: string
  readonly sql: string
}

/** `known`: what the catalog says already; a trial that succeeds points to what mends it. */
export async function probeRole(
  connection: Connection,
  role: string,
  reads: readonly RelationRead[],
  known: readonly RoleFinding[],
  signal: AbortSignal | undefined,
): Promise<RoleFinding[]> {
  const run = (text: string) => connection.query({ text: `/* ${SQL_TAG}role-proof */ ${text}`, values: [] }, { signal })
  const trials = [
    { title: 'Writing, tried', what: 'INSERT and DELETE (by EXPLAIN, which runs nothing)', level: 'red', list: writeTrials(reads, known) },
    { title: 'Making tables, tried', what: 'CREATE TABLE', level: 'red', list: createTrials(reads) },
    { title: 'Temporary tables, tried', what: 'CREATE TEMPORARY TABLE', level: 'amber', list: [tempTrial()] },
  ] as const
  await run('BEGIN READ WRITE')
  try {
    await run("SET LOCAL lock_timeout = '500ms'")
    await run("SET LOCAL statement_timeout = '3s'")
    await run('SET LOCAL search_path = pg_catalog')
    const { rows } = await run("SELECT 1 FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' LIMIT 1")
    const findings: RoleFinding[] = []
    for (const { title, what, level, list } of trials) {
      if (list.length === 0) continue
      const id = `probe|${title}`
      if (rows.length > 0 && !title.startsWith('Writing')) {
        const sentence = 'Not tried, because an event trigger of this database would fire. The catalog alone answers.'
        findings.push({ id, area: 'probes', level: 'green', subject: title, sentence, mend: [] })
        continue
      }
      const outcomes = new Map<string, Outcome[]>()
      for (const { subject, sql } of list) outcomes.set(subject, [...(outcomes.get(subject) ?? []), await attempt(run, sql)])
      const allowed = subjectsWith(outcomes, 'allowed')
      const skipped = subjectsWith(outcomes, 'skipped')
      findings.push({
        id,
        area: 'probes',
        level: allowed.length > 0 ? level : 'green',
        subject: title,
        sentence: sentenceOf(what, outcomes.size, allowed, skipped),
        mend: allowed.length === 0 ? [] : mendOf(known, level, role),
      })
    }
    return findings
  } finally {
    // The signal may be what ended it. A connection that is lost has rolled back by itself.
    if (connection.usable && connection.transactionStatus() !== 'idle')
      await connection.query({ text: 'ROLLBACK', values: [] }, { signal: AbortSignal.timeout(5_000) })
  }
}

type Run = (text: string) => Promise<unknown>

async function attempt(run: Run, sql: string): Promise<Outcome> {
  await run('SAVEPOINT trial')
  try {
    await run(sql)
    return 'allowed'
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error
    return error.sqlstate === '42501' ? 'refused' : 'skipped'
  } finally {
    await run('ROLLBACK TO SAVEPOINT trial')
  }
}

/** Plain tables only: planning for a partitioned one would lock all its partitions. What the catalog calls writable comes first, then the data assets. */
function writeTrials(reads: readonly RelationRead[], known: readonly RoleFinding[]): Trial[] {
  const writable = new Set(known.filter(({ area }) => area === 'writes').map(({ subject }) => subject.replace(/ \(columns\)$/, '')))
  const rank = (read: RelationRead) => (writable.has(plainName(read)) ? 0 : read.isAsset ? 1 : 2)
  return reads
    .filter(({ kind }) => kind === 'table')
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, TABLES)
    .flatMap((read) => {
      const table = `${quoteIdentifier(read.schema)}.${quoteIdentifier(read.name)}`
      const subject = `${read.schema}.${read.name}`
      return [
        { subject, sql: `EXPLAIN INSERT INTO ${table} DEFAULT VALUES` },
        { subject, sql: `EXPLAIN DELETE FROM ONLY ${table}` },
      ]
    })
}

function createTrials(reads: readonly RelationRead[]): Trial[] {
  const schemas = [...new Set(reads.map(({ schema }) => schema))].slice(0, SCHEMAS)
  return schemas.map((schema) => ({ subject: schema, sql: `CREATE TABLE ${quoteIdentifier(schema)}.${freshName()} ()` }))
}

function tempTrial(): Trial {
  return { subject: 'a temporary table', sql: `CREATE TEMPORARY TABLE ${freshName()} () ON COMMIT DROP` }
}

function freshName(): string {
  return quoteIdentifier(`plumbline_probe_${randomBytes(6).toString('hex')}`)
}

/** As `format('%I.%I')` of the server writes names that need no quotes; others are only ranked lower. */
function plainName({ schema, name }: RelationRead): string {
  return `${schema}.${name}`
}

function subjectsWith(outcomes: ReadonlyMap<string, readonly Outcome[]>, outcome: Outcome): string[] {
  return [...outcomes].filter(([, list]) => list.includes(outcome)).map(([subject]) => subject)
}

function sentenceOf(what: string, count: number, allowed: readonly string[], skipped: readonly string[]): string {
  const notTried = skipped.length === 0 ? '' : ` Could not be tried on ${skipped.join(', ')} (locked, read-only, or not possible there).`
  const where = count === 1 ? 'in one place' : `in ${count} places`
  if (allowed.length > 0) return `${what}: tried ${where} and rolled back. Allowed: ${allowed.join(', ')}.${notTried}`
  return skipped.length === count ? `${what}:${notTried}` : `${what}: tried ${where}, and refused.${notTried}`
}

/** What is allowed comes from a right that the catalog shows; only if it shows none, everything that could give it is taken back. */
function mendOf(known: readonly RoleFinding[], level: 'red' | 'amber', role: string): string[] {
  const mends = known.filter((finding) => finding.level === level && finding.area !== 'reading').flatMap(({ mend }) => mend)
  return mends.length > 0 ? [...new Set(mends)] : [`REASSIGN OWNED BY ${quoteIdentifier(role)} TO CURRENT_USER`]
}
