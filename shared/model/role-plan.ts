import { z } from 'zod'
import { RelationName } from './data-asset.ts'

/** Which role to make for reading, what stands in its way, and what came of it. Never a password. */

/** Settings that the role begins each session with; it can undo them, so they guard against accidents and not against intent. */
export const SeatBelt = z.enum(['read-only', 'statement-timeout', 'lock-timeout', 'idle-timeout', 'search-path'])
export type SeatBelt = z.infer<typeof SeatBelt>

export const RolePlan = z.object({
  /** `simple`: the five statements that GX Cloud users know, for all tables, without limits and seat belts. */
  extent: z.enum(['simple', 'full']),
  role: z.string().max(200),
  database: z.string().max(200),
  schemas: z.array(z.string().max(200)).max(200),
  /** Only with `full`. null: all tables and views of the schemas. Those of schemas that are not in the plan do not count. */
  tables: z.array(RelationName).max(1_000).nullable(),
  /** Also tables that are made later: by the role that runs the script (simple), or by each role that makes tables there (full). */
  futureTables: z.boolean(),
  /** Sessions at a time. null: no limit. */
  connectionLimit: z.int().min(1).max(10_000).nullable(),
  /** The last day (UTC) on which its password is taken. null: for ever. */
  validUntil: z.iso.date().nullable(),
  seatBelts: z.array(SeatBelt).max(10),
})
export type RolePlan = z.infer<typeof RolePlan>

/** What the script depends on, as an administrator's connection reads it. */
export const RoleSurroundings = z.object({
  /** `ours` bears the mark of this installation. */
  existing: z.enum(['none', 'ours', 'not-ours']),
  /** The role that runs the script. */
  admin: z.string(),
  schemas: z.array(
    z.object({
      name: z.string(),
      exists: z.boolean(),
      /** Who owns its tables and views; of an empty schema, who owns the schema. */
      owners: z.array(z.string()),
    }),
  ),
})
export type RoleSurroundings = z.infer<typeof RoleSurroundings>

/** What each statement of the role script did. Statements are shown without the verifier. */
export const RoleOutcome = z.object({
  /** `partly`: the role is there, and some statements failed. `unchanged`: all of it was there before. */
  result: z.enum(['made', 'unchanged', 'partly', 'not-made']),
  statements: z.array(
    z.object({
      sql: z.string(),
      /** `unchanged`: it was so already, and the statement was not run. */
      outcome: z.enum(['done', 'unchanged', 'failed', 'not-run']),
      sentence: z.string().nullable(),
      sqlstate: z.string().nullable(),
    }),
  ),
  /** Why nothing was tried, where that is so. */
  sentence: z.string().nullable(),
  /** What to do about a failure. */
  remedy: z.string().nullable(),
  /** The role is there with another password, as far as can be told; setting it anew takes a person's consent. */
  asksForPasswordChange: z.boolean(),
  /** Takes back what the script gave; null when the role is not there or not ours. */
  undoScript: z.string().nullable(),
})
export type RoleOutcome = z.infer<typeof RoleOutcome>

/** The undo script of a role, with what it belongs to: a data source that goes elsewhere does not show it. */
export const RoleUndo = z.object({
  host: z.string().max(1_000),
  port: z.int(),
  database: z.string().max(200),
  role: z.string().max(200),
  script: z.string().max(20_000),
})
export type RoleUndo = z.infer<typeof RoleUndo>
