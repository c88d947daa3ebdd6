import { IconKey, IconKeyOff, IconLock, IconLockOpen, IconLockQuestion, IconMinus } from '@tabler/icons-react'
import type { PasswordState } from '#shared/model/data-source.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

/** Where a data source's password is. */
export function PasswordBadge({ state, plain = false }: { readonly state: PasswordState; readonly plain?: boolean }) {
  const { text, short = text, tone, icon: Icon } = looks[state]
  return <ToneBadge tone={tone} text={plain ? short : text} icon={<Icon size={14} aria-hidden />} plain={plain} />
}

const looks: Readonly<
  Record<PasswordState, { readonly text: string; readonly short?: string; readonly tone: Tone; readonly icon: typeof IconKey }>
> = {
  saved: { text: 'In the keychain', tone: 'neutral', icon: IconKey },
  'in-vault': { text: 'In the vault', tone: 'neutral', icon: IconLockOpen },
  'vault-locked': { text: 'In the vault, which is locked', short: 'Vault locked', tone: 'warning', icon: IconLock },
  'in-memory': { text: 'In memory until Plumbline ends', short: 'In memory', tone: 'neutral', icon: IconKey },
  missing: { text: 'Asked for when needed', tone: 'neutral', icon: IconKeyOff },
  unavailable: { text: 'Saved, cannot be read now', short: 'Cannot be read', tone: 'warning', icon: IconLockQuestion },
  'not-needed': { text: 'None needed', tone: 'neutral', icon: IconMinus },
}
