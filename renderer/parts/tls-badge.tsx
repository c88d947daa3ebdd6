import { IconLock, IconLockExclamation, IconLockOpen } from '@tabler/icons-react'
import { assertNever } from '#shared/assert-never.ts'
import type { Sslmode } from '#shared/model/data-source.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

/**
 * How far a connection is protected. `encrypted`: what was seen, where a connection was made. `local`: the host is this
 * computer, where plain text does not leave it.
 */
export function TlsBadge({ sslmode, encrypted, local = false }: TlsBadgeProps) {
  const { icon: Icon, text, tone } = look(sslmode, encrypted, local)
  return <ToneBadge tone={tone} icon={<Icon size={14} aria-hidden />} text={text} />
}

interface TlsBadgeProps {
  readonly sslmode: Sslmode
  readonly encrypted?: boolean
  readonly local?: boolean
}

interface Look {
  readonly icon: typeof IconLock
  readonly text: string
  readonly tone: Tone
}

function look(sslmode: Sslmode, encrypted: boolean | undefined, local: boolean): Look {
  if (local && encrypted !== true) return { icon: IconLock, text: 'On this computer', tone: 'neutral' }
  if (encrypted === false) return { icon: IconLockOpen, text: 'Not encrypted', tone: 'failed' }
  switch (sslmode) {
    case 'verify-full':
      return { icon: IconLock, text: 'Encrypted, identity checked', tone: 'passed' }
    case 'verify-ca':
      return { icon: IconLock, text: 'Encrypted, authority checked', tone: 'passed' }
    case 'require':
      return { icon: IconLockExclamation, text: 'Encrypted, identity not checked', tone: 'warning' }
    case 'disable':
      return { icon: IconLockOpen, text: 'Not encrypted', tone: 'failed' }
    default:
      return assertNever(sslmode)
  }
}
