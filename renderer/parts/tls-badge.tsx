import { IconLock, IconLockExclamation, IconLockOpen } from '@tabler/icons-react'
import type { Sslmode } from '#shared/model/data-source.ts'
import { describeTls, type TlsTone } from '#shared/postgres/tls-policy.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

/** How far a connection to a host is protected: amber where the identity is not checked, red where anybody can read. */
export function TlsBadge({ sslmode, host }: { readonly sslmode: Sslmode; readonly host: string }) {
  const { title, explanation, tone } = describeTls(sslmode, host)
  const { icon: Icon, tone: colour } = looks[tone]
  return (
    <span title={explanation}>
      <ToneBadge tone={tone === 'calm' && sslmode !== 'disable' ? 'passed' : colour} icon={<Icon size={14} aria-hidden />} text={title} />
    </span>
  )
}

const looks: Readonly<Record<TlsTone, { readonly tone: Tone; readonly icon: typeof IconLock }>> = {
  calm: { tone: 'neutral', icon: IconLock },
  caution: { tone: 'warning', icon: IconLockExclamation },
  danger: { tone: 'failed', icon: IconLockOpen },
}
