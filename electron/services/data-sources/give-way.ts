import { AppError } from '#shared/contract/errors.ts'
import type { DataSourceRecords, StoredDataSource } from './records.ts'
import type { SourceSecrets } from './source-secrets.ts'

/** What becomes of the saved secrets when other data takes the place of what is here. */

export type SavedMarks = Pick<StoredDataSource, 'passwordIn' | 'clientKeyIn'>

export interface GivenWay {
  /** What the incoming data sources say of their secrets. One that is not named here has none. */
  readonly marks: ReadonlyMap<string, SavedMarks>
  /** Names of those whose earlier secret could not be forgotten. Nothing is connected with it any more. */
  readonly notForgotten: readonly string[]
}

export interface GiveWayParts {
  readonly records: DataSourceRecords
  readonly secrets: SourceSecrets
  /** Puts the incoming data in the place of what is here. Data sources that are not in it stay as removed ones, until their secrets are forgotten. */
  replace(marks: ReadonlyMap<string, SavedMarks>): Promise<void>
}

/** See DataSources.giveWay, which ends the removals before and after. */
export async function giveWay(incoming: readonly StoredDataSource[], { records, secrets, replace }: GiveWayParts): Promise<GivenWay> {
  if (records.removed().length > 0) throw unforgotten('A data source was removed')
  const logins = new Map(incoming.map((source) => [source.id, loginOf(source)]))
  const here = records.list()
  const isSame = (source: StoredDataSource): boolean => logins.get(source.id) === loginOf(source)
  const marks = new Map<string, SavedMarks>(here.filter(isSame).map((source) => [source.id, source]))
  const others = here.filter((source) => !isSame(source))
  for (const source of others) if (!(await secrets.canForget(source))) throw unforgotten(`${source.name} is not as it is in the backup`)
  // Forgotten last: until the other data is in place, all of this may still be refused, or find no room.
  return secrets.withhold(async () => {
    await replace(marks)
    const notForgotten: string[] = []
    for (const source of others) if (logins.has(source.id) && !(await secrets.tryToForgetAll(source))) notForgotten.push(source.name)
    // SECURITY: one that is not here may have left a password all the same, and the backup says where it would go.
    const known = new Set(here.map(({ id }) => id))
    for (const { id } of incoming) if (!known.has(id)) await secrets.forgetAll({ id, passwordIn: null, clientKeyIn: null })
    return { marks, notForgotten }
  })
}

/** All that decides who is given the password, and what for. */
function loginOf(source: StoredDataSource): string {
  const { kind, host, port, database, user, sslmode, rootCertificatePem, clientCertificatePem } = source
  return JSON.stringify([kind, host, port, database, user, sslmode, rootCertificatePem, clientCertificatePem])
}

function unforgotten(why: string): AppError<'UNAVAILABLE'> {
  return new AppError(
    'UNAVAILABLE',
    `${why}, so its saved password has to be forgotten, and where it is saved cannot be asked now. Unlock it, then restore again.`,
    { cause: 'secret-not-forgotten' },
  )
}
