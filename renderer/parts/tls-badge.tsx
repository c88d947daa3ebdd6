import { IconLock, IconLockExclamation, IconLockOpen } from '@tabler/icons-react'
import type { DataSource } from '#shared/model/data-source.ts'
import { describeTls, type TlsTone } from '#shared/postgres/tls-policy.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

/** How far a connection to a host is protected: amber where the identity is not checked, red where anybody can read. */
export function TlsBadge({ sslmode, host, rootCertificatePem = null }: TlsBadgeProps) {
  const { title, explanation, tone } = describeTls(sslmode, host, rootCertificatePem !== null)
  const { icon: Icon, tone: colour } = looks[tone]
  return (
    <span title={explanation}>
      <ToneBadge tone={tone === 'calm' && sslmode !== 'disable' ? 'passed' : colour} icon={<Icon size={14} aria-hidden />} text={title} />
    </span>
  )
}

interface TlsBadgeProps extends Pick<DataSource, 'sslmode' | 'host'> {
  /** The authority that was given; null or left out: those of this computer. */
  readonly rootCertificatePem?: string | null
}

const looks: Readonly<Record<TlsTone, { readonly tone: Tone; readonly icon: typeof IconLock }>> = {
  calm: { tone: 'neutral', icon: IconLock },
  caution: { tone: 'warning', icon: IconLockExclamation },
  danger: { tone: 'failed', icon: IconLockOpen },
}
