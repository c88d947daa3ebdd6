import { AppError } from '#shared/contract/errors.ts'
import type { DataSourceRecords, StoredDataSource } from './records.ts'
import type { SourceSecrets } from './source-secrets.ts'

/** What becomes of the saved secrets when other data takes the place of what is here. */

export type SavedMarks = Pick<StoredDataSource, 'passwordIn' | 'clientKeyIn'>

/** See DataSources.giveWay, which ends the removals first. */
export async function giveWay(
  incoming: readonly StoredDataSource[],
  records: DataSourceRecords,
  secrets: SourceSecrets,
): Promise<ReadonlyMap<string, SavedMarks>> {
  if (records.removed().length > 0) throw unforgotten('A data source was removed')
  const marks = new Map<string, SavedMarks>()
  const same = new Map(incoming.map((source) => [source.id, loginOf(source)]))
  for (const source of records.list()) {
    if (same.get(source.id) === loginOf(source)) marks.set(source.id, source)
    else await secrets.forgetAll(source).catch(() => Promise.reject(unforgotten(`${source.name} is not as it is in the backup`)))
  }
  // SECURITY: one that is not here may have left a password all the same, and the backup says where it would go.
  for (const source of incoming) if (!marks.has(source.id)) await secrets.forgetAll({ ...source, passwordIn: null, clientKeyIn: null })
  return marks
}

/** All that decides who is given the password, and what for. */
function loginOf(source: StoredDataSource): string {
  const { kind, host, port, database, user, sslmode, rootCertificatePem, clientCertificatePem } = source
  return JSON.stringify([kind, host, port, database, user, sslmode, rootCertificatePem, clientCertificatePem])
}

function unforgotten(why: string): AppError<'UNAVAILABLE'> {
  return new AppError(
    'UNAVAILABLE',
    `${why}, so its saved password has to be forgotten first, and the keychain cannot be asked now. Unlock it, then restore again.`,
    { cause: 'secret-not-forgotten' },
  )
}
