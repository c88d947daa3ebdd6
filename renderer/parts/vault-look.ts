import { IconKey, IconKeyOff, IconLock, IconLockOpen } from '@tabler/icons-react'
import type { VaultStatus } from '#shared/model/app.ts'
import type { Tone } from '#ui/tone-badge.tsx'

export interface VaultLook {
  readonly tone: Tone
  /** Among the settings, and in the status bar. */
  readonly text: string
  readonly short: string
  readonly icon: typeof IconKey
}

/** Where secrets go, as it is shown. */
export function vaultLook({ mode, vault }: Pick<VaultStatus, 'mode' | 'vault'>): VaultLook {
  if (mode === 'os-keychain') {
    return { tone: 'passed', text: 'In the keychain of this computer', short: 'Passwords in the keychain', icon: IconKey }
  }
  if (mode === 'session-only') {
    return { tone: 'warning', text: 'In memory only, until Plumbline ends', short: 'Passwords in memory only', icon: IconKeyOff }
  }
  switch (vault) {
    case 'unlocked':
      return { tone: 'passed', text: 'In the vault, unlocked', short: 'Passwords in the vault', icon: IconLockOpen }
    case 'locked':
      return { tone: 'warning', text: 'In the vault, locked', short: 'Vault locked', icon: IconLock }
    case 'none':
      return { tone: 'warning', text: 'The vault is not there', short: 'The vault is not there', icon: IconLock }
  }
}
