import type { DataSource } from '#shared/model/data-source.ts'

/** How a data source is written on the screens. */

export const kindTitles: Readonly<Record<DataSource['kind'], string>> = { postgres: 'PostgreSQL', sample: 'Sample database' }

/** `database on host:port`; the port only where it is not the usual one. */
export function addressOf({ kind, host, port, database }: Pick<DataSource, 'kind' | 'host' | 'port' | 'database'>): string {
  if (kind === 'sample') return `${database} on this computer`
  return `${database} on ${host}${port === 5_432 || host.startsWith('/') ? '' : `:${port}`}`
}
