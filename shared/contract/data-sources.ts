import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ConnectEvent, ConnectReport } from '#shared/model/connect.ts'
import { DataSource, DataSourceInput, Environment, MovedSecrets, Relation, SecretEntry, SecretKind } from '#shared/model/data-source.ts'
import { SecretPlace } from '#shared/model/secret.ts'
import { byId, nothing, procedure } from './procedure.ts'

const Password = z.string().min(1).max(1_024)

export const dataSources = {
  list: procedure.input(nothing).output(z.array(DataSource)),
  get: procedure.input(byId).output(DataSource),
  /** Tries a connection that is not stored, and tells its steps. Nothing is kept. */
  test: procedure.input(DataSourceInput).output(eventIterator(ConnectEvent)),
  /** Connects with what is stored, and tells its steps. */
  connect: procedure.input(byId).output(eventIterator(ConnectEvent)),
  /** Stores it, then its password (vault or memory). Does not connect. */
  create: procedure.input(DataSourceInput).output(DataSource),
  /** An empty password in the connection string keeps the stored one. */
  update: procedure.input(z.strictObject({ id: z.uuid(), input: DataSourceInput })).output(DataSource),
  /** The small things that need no new connection. */
  configure: procedure
    .input(
      z.strictObject({
        id: z.uuid(),
        name: z.string().max(200).optional(),
        environment: Environment.optional(),
        keepFailingValues: z.boolean().optional(),
        readOnly: z.boolean().optional(),
        /** null: no limit. */
        statementTimeoutMs: DataSource.shape.statementTimeoutMs.optional(),
      }),
    )
    .output(DataSource),
  /** Another one for the same connection, with its password, under a name that is free; without its assets. */
  duplicate: procedure.input(byId).output(DataSource),
  /** The connection string without its password, for the form. */
  describe: procedure.input(byId).output(z.object({ connectionString: z.string() })),
  /** Its assets, expectations and results go with it. */
  remove: procedure.input(byId).output(nothing),
  /** Tries the password on the server first; refused is a value. */
  enterPassword: procedure.input(z.strictObject({ id: z.uuid(), password: Password, save: z.boolean() })).output(ConnectReport),
  forgetPassword: procedure.input(byId).output(DataSource),
  /** Where the passwords and keys are, for all data sources but the sample. */
  secrets: {
    list: procedure.input(nothing).output(z.array(SecretEntry)),
    /** `id` null: all that is saved. Of one data source also what is in memory only. A task; a cancel of it is answered with what was moved until then. */
    move: procedure.input(z.strictObject({ to: SecretPlace, id: z.uuid().nullable(), taskId: z.uuid().optional() })).output(MovedSecrets),
    forget: procedure.input(z.strictObject({ id: z.uuid(), kind: SecretKind })).output(nothing),
    /** Every one that can be; what cannot be asked now is told. */
    forgetAll: procedure.input(nothing).output(MovedSecrets),
  },
  /** What can be taken in as a data asset, ordered by schema and name. */
  relations: procedure.input(byId).output(z.array(Relation)),
}
