import { z } from 'zod'
import { RelationKind } from './data-source.ts'

/** What a database holds besides its tables, and what belongs to a table; as the object tree shows it. */

export const ObjectKind = z.enum(['function', 'procedure', 'aggregate', 'sequence', 'type', 'role', 'extension'])
export type ObjectKind = z.infer<typeof ObjectKind>

export const DatabaseObject = z.object({
  kind: ObjectKind,
  /** As PostgreSQL counts its objects; an unsigned 32-bit number. */
  oid: z.int(),
  name: z.string(),
  /** Arguments and result of a function, what kind of a type, attributes of a role, the version of an extension. */
  detail: z.string(),
})
export type DatabaseObject = z.infer<typeof DatabaseObject>

/** A part of a table under its own name, with the text that makes it. */
export const TablePart = z.object({ name: z.string(), definition: z.string() })
export type TablePart = z.infer<typeof TablePart>

export const Grant = z.object({ grantee: z.string(), privileges: z.array(z.string()) })
export type Grant = z.infer<typeof Grant>

export const RelationDetails = z.object({
  kind: RelationKind,
  owner: z.string(),
  comment: z.string().nullable(),
  /** Of the last analyze; null: never. */
  estimatedRows: z.number().nullable(),
  /** With indexes and TOAST; null: it stores nothing itself. */
  sizeBytes: z.number().nullable(),
  constraints: z.array(TablePart),
  indexes: z.array(TablePart),
  triggers: z.array(TablePart),
  policies: z.array(TablePart),
  grants: z.array(Grant),
  /** The statements that make it anew. */
  ddl: z.string(),
})
export type RelationDetails = z.infer<typeof RelationDetails>

export const ObjectDetails = z.object({
  owner: z.string().nullable(),
  comment: z.string().nullable(),
  grants: z.array(Grant),
  ddl: z.string(),
})
export type ObjectDetails = z.infer<typeof ObjectDetails>

/** As the object tree shows it below its table. */
export const TreePartition = z.object({
  /** Its own: it need not be that of its table. */
  schema: z.string(),
  name: z.string(),
  kind: RelationKind,
  /** `FOR VALUES FROM … TO …`, or `DEFAULT`. */
  bound: z.string(),
  /** Of its own; null: it is not partitioned further. */
  partitionCount: z.int().nullable(),
})
export type TreePartition = z.infer<typeof TreePartition>

/** Something whose name has the words of a search in it. */
export const FoundName = z.object({
  schema: z.string(),
  relation: z.string(),
  relationKind: RelationKind,
  /** null: the relation itself was found. */
  column: z.string().nullable(),
})
export type FoundName = z.infer<typeof FoundName>
