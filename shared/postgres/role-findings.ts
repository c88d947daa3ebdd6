import { assertNever } from '#shared/assert-never.ts'
import type { RelationKind } from '#shared/model/data-source.ts'
import type { ProofArea, ProofLevel, ReadAccess, RelationRead, RoleFinding } from '#shared/model/role-proof.ts'
import { quoteIdentifier } from '#shared/sql/sql.ts'

/** From what the catalog says of a role to findings with a level, a sentence and the SQL that mends. Pure. */

export const roleAttributes = ['SUPERUSER', 'CREATEROLE', 'CREATEDB', 'REPLICATION', 'BYPASSRLS'] as const
export type RoleAttribute = (typeof roleAttributes)[number]

/** A role that this one is, or is a member of, directly or through others. */
export interface ActingRole {
  readonly name: string
  readonly attributes: readonly RoleAttribute[]
  /** The membership of the role itself by which it comes; null for the role itself. */
  readonly through: { readonly role: string; readonly grantor: string | null } | null
}

/** `grantee`: null is PUBLIC. The identity of future objects is the clause of ALTER DEFAULT PRIVILEGES that says whose and where. `object` and `identity` are written as SQL, quoted by the server. */
export interface GrantFact {
  readonly kind:
    | 'relation'
    | 'column'
    | 'sequence'
    | 'schema'
    | 'database'
    | 'definer-function'
    | 'foreign-server'
    | 'foreign-wrapper'
    | 'large-object'
    | 'future-tables'
    | 'future-sequences'
  readonly identity: string
  readonly column: string | null
  readonly privilege: string
  readonly grantee: string | null
}

export interface OwnershipFact {
  /** As pg_identify_object names it, for example `table`. */
  readonly type: string
  readonly identity: string
  readonly owner: string
}

export interface ReadFact {
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
  readonly access: ReadAccess
}

export interface RoleFacts {
  readonly role: string
  readonly database: string
  /** The superuser that initdb made, to whom the server itself belongs. */
  readonly isBootstrap: boolean
  /** The role itself first. */
  readonly acting: readonly ActingRole[]
  readonly grants: readonly GrantFact[]
  readonly owned: readonly OwnershipFact[]
  readonly reads: readonly ReadFact[]
  readonly otherDatabases: readonly string[]
}

export function findingsOf(facts: RoleFacts): RoleFinding[] {
  const byRole = new Map(facts.acting.map((role) => [role.name, role]))
  const findings = [
    ...attributeFindings(facts),
    ...facts.acting.flatMap((role) => membershipFinding(role, facts.role)),
    ...facts.owned.map((owned) => ownershipFinding(owned, facts.role, byRole)),
    ...grantFindings(facts, byRole),
    ...otherDatabases(facts),
  ]
  return [...findings, ...absences(findings, facts.acting)]
}

/** `isAsset` decides what an unreadable table means: for a data asset it is a fault, for another one it is as it should be. */
export function readsOf(facts: RoleFacts, isAsset: (schema: string, name: string) => boolean): RelationRead[] {
  return facts.reads.map((read) => {
    const asset = isAsset(read.schema, read.name)
    return { ...read, isAsset: asset, level: readLevel(read.access, asset) }
  })
}

/** Unreadable data assets, and rows that are hidden: what a person can do about it. */
export function readFindings(role: string, reads: readonly RelationRead[]): RoleFinding[] {
  return reads.flatMap((read): RoleFinding[] => {
    if (read.level === 'green') return []
    const table = `${quoteIdentifier(read.schema)}.${quoteIdentifier(read.name)}`
    const base = { id: `read|${table}|${read.access}`, area: 'reading', level: read.level, subject: table } as const
    const grant = [
      `GRANT USAGE ON SCHEMA ${quoteIdentifier(read.schema)} TO ${quoteIdentifier(role)}`,
      `GRANT SELECT ON ${table} TO ${quoteIdentifier(role)}`,
    ]
    switch (read.access) {
      case 'none':
        return [{ ...base, sentence: 'This data asset cannot be read, so it cannot be validated.', mend: grant }]
      case 'some-columns':
        return [{ ...base, sentence: 'Only some columns can be read. Expectations on the others end in an error.', mend: grant.slice(1) }]
      case 'hidden-rows':
        return [
          {
            ...base,
            sentence: 'Row-level security hides rows from the role, so that what it counts can be less than what is there.',
            mend: [`CREATE POLICY plumbline_read ON ${table} FOR SELECT TO ${quoteIdentifier(role)} USING (true)`],
          },
        ]
      case 'all':
        return []
      default:
        return assertNever(read.access)
    }
  })
}

/**
 * SECURITY: nothing is taken from the role that the server itself belongs to: up to PostgreSQL 15 it could be left without
 * any superuser. Another role is what mends.
 */
export function sparingBootstrap(facts: Pick<RoleFacts, 'isBootstrap'>, findings: readonly RoleFinding[]): RoleFinding[] {
  if (!facts.isBootstrap) return [...findings]
  return findings.map((finding) => ({
    ...finding,
    mend: [],
    sentence: finding.subject === 'SUPERUSER' && finding.area === 'attributes' ? `${finding.sentence} ${BOOTSTRAP}` : finding.sentence,
  }))
}

const BOOTSTRAP = "It is the server's own administrator: leave it as it is, and give this data source a role that may only read."

export function worstOf(levels: Iterable<ProofLevel>): ProofLevel {
  let worst: ProofLevel = 'green'
  for (const level of levels) {
    if (level === 'red') return 'red'
    if (level === 'amber') worst = 'amber'
  }
  return worst
}

/** Its figures are those of the list below it, where a trial stands beside what it confirms. */
export function verdictSentence(role: string, findings: readonly Pick<RoleFinding, 'level' | 'area'>[]): string {
  const red = findings.filter(({ level }) => level === 'red')
  const amber = findings.filter(({ level }) => level === 'amber').length
  const toKnow = amber === 0 ? '' : ` ${points(amber)} worth knowing.`
  if (red.some(({ area }) => area !== 'reading')) return `The role ${role} can change things: ${points(red.length)} to mend.${toKnow}`
  if (red.length > 0)
    return `The role ${role} can read and cannot write, but not all data assets can be read: ${points(red.length)} to mend.${toKnow}`
  if (amber > 0) return `The role ${role} cannot write to any table.${toKnow}`
  return `The role ${role} can read, and cannot write.`
}

function points(count: number): string {
  return count === 1 ? '1 point' : `${count} points`
}

function attributeFindings({ acting, role }: RoleFacts): RoleFinding[] {
  const own = acting.find(({ name }) => name === role)
  return (own?.attributes ?? []).map((attribute) => ({
    id: `attribute|${attribute}`,
    area: 'attributes',
    level: 'red',
    subject: attribute,
    sentence: attributeWords[attribute],
    mend: [`ALTER ROLE ${quoteIdentifier(role)} NO${attribute}`],
  }))
}

const attributeWords: Readonly<Record<RoleAttribute, string>> = {
  SUPERUSER: 'A superuser may do everything on this server; no other right counts beside it.',
  CREATEROLE: 'The role may make other roles and give rights away.',
  CREATEDB: 'The role may make databases.',
  REPLICATION: 'The role may copy the whole server by replication.',
  BYPASSRLS: 'The role passes by row-level security.',
}

/** Roles that come with PostgreSQL and let their members write, run programs or disturb others. */
const writingRoles: Readonly<Record<string, string>> = {
  pg_write_all_data: 'Members may write to every table.',
  pg_execute_server_program: 'Members may run programs on the server.',
  pg_write_server_files: 'Members may write files on the server.',
  pg_read_server_files: 'Members may read every file that the server can read.',
  pg_signal_backend: "Members may end other people's sessions.",
  pg_maintain: 'Members may vacuum, reindex and lock every table.',
  pg_create_subscription: 'Members may make subscriptions.',
  pg_checkpoint: 'Members may force checkpoints.',
}

function membershipFinding({ name, attributes, through }: ActingRole, role: string): RoleFinding[] {
  if (through === null) return []
  const base = { id: `membership|${name}`, area: 'memberships', subject: name, mend: revokeMembership(through, role) } as const
  const way = through.role === name ? '' : ` It comes with ${through.role}.`
  const writing = writingRoles[name]
  if (writing !== undefined) return [{ ...base, level: 'red', sentence: `${writing}${way}` }]
  if (attributes.length > 0)
    return [{ ...base, level: 'red', sentence: `By SET ROLE it becomes a role with ${attributes.join(', ')}.${way}` }]
  if (name === 'pg_read_all_data')
    return [{ ...base, level: 'green', mend: [], sentence: `Members may read every table, and write to none.${way}` }]
  if (name.startsWith('pg_')) return [{ ...base, level: 'amber', sentence: `A predefined role that a reader does not need.${way}` }]
  return [{ ...base, level: 'amber', sentence: `Whatever ${name} may do now or later, this role may do too.${way}` }]
}

/** Types whose owner an ALTER of their own changes. For the rest, everything in this database that the owner has is handed over. */
const alterable = [
  'table',
  'view',
  'materialized view',
  'sequence',
  'foreign table',
  'schema',
  'database',
  'function',
  'procedure',
  'aggregate',
  'type',
  'large object',
]

function ownershipFinding({ type, identity, owner }: OwnershipFact, role: string, byRole: ReadonlyMap<string, ActingRole>): RoleFinding {
  const through = byRole.get(owner)?.through ?? null
  const handOver = alterable.includes(type)
    ? `ALTER ${type.toUpperCase()} ${identity} OWNER TO CURRENT_USER`
    : `REASSIGN OWNED BY ${quoteIdentifier(role)} TO CURRENT_USER`
  return {
    id: `owner|${type}|${identity}`,
    area: 'ownership',
    level: 'red',
    subject: `${type} ${identity}`,
    sentence:
      through === null
        ? 'The role owns it: it may change and drop it, and give rights on it away.'
        : `It belongs to ${owner}, of which the role is a member: it may change and drop it.`,
    mend: through === null ? [handOver] : revokeMembership(through, role),
  }
}

/** One finding an object and grantee, whatever the number of rights and columns. */
function grantFindings(facts: RoleFacts, byRole: ReadonlyMap<string, ActingRole>): RoleFinding[] {
  const groups = Map.groupBy(facts.grants, ({ kind, identity, grantee, privilege }) =>
    JSON.stringify([kind, identity, grantee, kind === 'database' ? privilege : null]),
  )
  return [...groups].flatMap(([key, grants]) => {
    const [first] = grants
    if (first === undefined) return []
    const through = first.grantee === null ? null : (byRole.get(first.grantee)?.through ?? null)
    const words = grantWords(first, grants)
    return [
      {
        id: `grant|${key}`,
        area: words.area,
        level: words.level,
        subject: words.subject,
        sentence: `${words.sentence}${wayOf(first.grantee, through)}`,
        mend:
          through === null
            ? [words.revoke(first.grantee === null ? 'PUBLIC' : quoteIdentifier(first.grantee))]
            : revokeMembership(through, facts.role),
      },
    ]
  })
}

interface GrantWords {
  readonly area: ProofArea
  readonly level: ProofLevel
  readonly subject: string
  readonly sentence: string
  readonly revoke: (grantee: string) => string
}

function grantWords({ kind, identity, privilege }: GrantFact, grants: readonly GrantFact[]): GrantWords {
  const rights = [...new Set(grants.map((grant) => grant.privilege))].sort()
  const list = rights.join(', ')
  switch (kind) {
    case 'relation':
      return red('writes', identity, `May ${list}.`, `${list} ON ${identity}`)
    case 'column': {
      const columns = rights.map((right) => {
        const names = grants.flatMap(({ privilege: other, column }) => (other === right && column !== null ? [column] : []))
        return `${right} (${names.join(', ')})`
      })
      return red('writes', `${identity} (columns)`, `May ${columns.join(', ')}.`, `${columns.join(', ')} ON ${identity}`)
    }
    case 'sequence':
      return red('writes', `sequence ${identity}`, 'May advance or set the sequence.', `${list} ON SEQUENCE ${identity}`)
    case 'large-object':
      return red('writes', `large object ${identity}`, 'May write to the large object.', `${list} ON LARGE OBJECT ${identity}`)
    case 'future-tables':
    case 'future-sequences': {
      const what = kind === 'future-tables' ? 'tables' : 'sequences'
      return {
        ...red('writes', `${what} made later, ${identity}`, `Will get ${list} on ${what} that are made later.`, ''),
        revoke: (grantee) => `ALTER DEFAULT PRIVILEGES ${identity} REVOKE ${list} ON ${what.toUpperCase()} FROM ${grantee}`,
      }
    }
    case 'schema':
      return red('creating', `schema ${identity}`, 'May make tables and functions in the schema.', `CREATE ON SCHEMA ${identity}`)
    case 'database':
      return privilege === 'CREATE'
        ? red('creating', `database ${identity}`, 'May make schemas in the database.', `CREATE ON DATABASE ${identity}`)
        : {
            ...red(
              'creating',
              `temporary tables in ${identity}`,
              'May make temporary tables, which fill the disk of the server but change no data.',
              `TEMPORARY ON DATABASE ${identity}`,
            ),
            level: 'amber',
          }
    case 'definer-function':
      return {
        ...red(
          'functions',
          identity,
          'Runs with the rights of its owner (SECURITY DEFINER), so it may write where the role cannot.',
          `EXECUTE ON ROUTINE ${identity}`,
        ),
        level: 'amber',
      }
    case 'foreign-server':
    case 'foreign-wrapper': {
      const title = kind === 'foreign-server' ? 'FOREIGN SERVER' : 'FOREIGN DATA WRAPPER'
      return {
        ...red('beyond', `${title.toLowerCase()} ${identity}`, 'May reach other servers by way of it.', `USAGE ON ${title} ${identity}`),
        level: 'amber',
      }
    }
    default:
      return assertNever(kind)
  }
}

function red(area: ProofArea, subject: string, sentence: string, what: string): GrantWords {
  return { area, level: 'red', subject, sentence, revoke: (grantee) => `REVOKE ${what} FROM ${grantee}` }
}

function wayOf(grantee: string | null, through: ActingRole['through']): string {
  if (grantee === null) return ' Granted to everybody (PUBLIC): taking it back concerns all roles, which may need a grant of their own.'
  return through === null ? '' : ` Granted to ${grantee}, of which the role is a member.`
}

function revokeMembership({ role: group, grantor }: NonNullable<ActingRole['through']>, role: string): string[] {
  const by = grantor === null ? '' : ` GRANTED BY ${quoteIdentifier(grantor)}`
  return [`REVOKE ${quoteIdentifier(group)} FROM ${quoteIdentifier(role)}${by}`]
}

function otherDatabases({ otherDatabases: names }: RoleFacts): RoleFinding[] {
  if (names.length === 0) return []
  const shown = names.slice(0, 20).join(', ')
  return [
    {
      id: 'databases',
      area: 'beyond',
      level: 'green',
      subject: 'Other databases',
      sentence: `May connect to ${names.length} more on this server, as PostgreSQL lets every role by default: ${shown}${names.length > 20 ? ', …' : ''}. What it may do there is not part of this proof.`,
      mend: [],
    },
  ]
}

const absent: readonly (readonly [ProofArea, string, string])[] = [
  ['attributes', 'Attributes', 'Not a superuser; may not make roles or databases, replicate, or pass by row-level security.'],
  ['memberships', 'Memberships', 'Member of no other role.'],
  ['ownership', 'Ownership', 'Owns nothing in this database.'],
  [
    'writes',
    'Writing',
    'No right to INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES or TRIGGER on any table or column, and none to advance a sequence or write to a large object.',
  ],
  ['creating', 'Creating', 'May make no schema, no table and no temporary table.'],
  ['functions', 'SECURITY DEFINER functions', "None that it may call runs with another role's rights."],
]

/** What was looked for and not found is a finding too: it is what the proof is for. */
function absences(findings: readonly RoleFinding[], acting: readonly ActingRole[]): RoleFinding[] {
  const found = new Set(findings.map(({ area }) => area))
  // A superuser needs no grant, and neither does a member of pg_write_all_data: that none was found would say nothing.
  if (acting.some(({ attributes }) => attributes.includes('SUPERUSER'))) return []
  if (acting.some(({ name }) => name in writingRoles)) found.add('writes')
  return absent
    .filter(([area]) => !found.has(area))
    .map(([area, subject, sentence]) => ({ id: `none|${area}`, area, level: 'green', subject, sentence, mend: [] }))
}

function readLevel(access: ReadAccess, isAsset: boolean): ProofLevel {
  if (access === 'none') return isAsset ? 'red' : 'green'
  return access === 'all' ? 'green' : 'amber'
}
