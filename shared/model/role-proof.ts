import { z } from 'zod'
import { RelationKind } from './data-source.ts'

/** What the role of a data source can read, and that it cannot write: findings from the catalog, confirmed by trying. */

/** `green`: as it should be. `amber`: worth knowing. `red`: the role can change something, or cannot read a data asset. */
export const ProofLevel = z.enum(['green', 'amber', 'red'])
export type ProofLevel = z.infer<typeof ProofLevel>

export const ProofArea = z.enum([
  'attributes',
  'memberships',
  'ownership',
  'writes',
  'creating',
  'functions',
  'beyond',
  'probes',
  'reading',
])
export type ProofArea = z.infer<typeof ProofArea>

export const RoleFinding = z.object({
  /** The same for the same fact in the next proof. */
  id: z.string().max(1_000),
  area: ProofArea,
  level: ProofLevel,
  /** What it is about: an attribute, a role, an object as SQL writes it. */
  subject: z.string(),
  sentence: z.string(),
  /** Statements for an administrator, in their order. Empty: nothing to mend. Every red has some, but for the server's own administrator. */
  mend: z.array(z.string()),
})
export type RoleFinding = z.infer<typeof RoleFinding>

/** `some-columns`: SELECT on part of the columns. `hidden-rows`: row-level security shows the role a part of the rows, or none. */
export const ReadAccess = z.enum(['all', 'some-columns', 'hidden-rows', 'none'])
export type ReadAccess = z.infer<typeof ReadAccess>

export const RelationRead = z.object({
  schema: z.string(),
  name: z.string(),
  kind: RelationKind,
  access: ReadAccess,
  level: ProofLevel,
  /** A data asset of this data source. */
  isAsset: z.boolean(),
})
export type RelationRead = z.infer<typeof RelationRead>

export const RoleProof = z.object({
  role: z.string(),
  database: z.string(),
  provenAt: z.iso.datetime(),
  /** The worst of all findings and reads. */
  level: ProofLevel,
  /** One sentence: what the proof comes to. */
  verdict: z.string(),
  findings: z.array(RoleFinding),
  reads: z.array(RelationRead),
})
export type RoleProof = z.infer<typeof RoleProof>

/** What the mending statements did, and the proof made right after them. */
export const MendOutcome = z.object({
  statements: z.array(z.object({ sql: z.string(), done: z.boolean(), sentence: z.string().nullable() })),
  proof: RoleProof,
})
export type MendOutcome = z.infer<typeof MendOutcome>

const WEEK_MS = 7 * 24 * 60 * 60_000

/** Older than a week: rights change, so it is made again before a run. */
export function isStale(provenAt: string, now: Date): boolean {
  return now.getTime() - Date.parse(provenAt) > WEEK_MS
}
