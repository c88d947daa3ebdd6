import { describeTls } from '#shared/postgres/tls-policy.ts'
import { TlsBadge } from './tls-badge.tsx'
import { useCurrentDataSource } from './use-current-data-source.ts'

/**
 * Amber or red where a screen is about a data source that is less than verified; otherwise nothing. The one that is worked
 * with bears its mark in the top bar already.
 */
export function ProtectionMark({ dataSourceName }: { readonly dataSourceName: string }) {
  const { all, current } = useCurrentDataSource()
  const source = all.find(({ name }) => name === dataSourceName)
  if (source === undefined || source.id === current?.id) return null
  return describeTls(source.sslmode, source.host).tone === 'calm' ? null : <TlsBadge {...source} />
}
