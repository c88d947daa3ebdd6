import { createContext, useContext } from 'react'

export interface SecretPrompts {
  readonly askPassword: (dataSourceId: string) => Promise<boolean>
  readonly askUnlock: () => Promise<boolean>
}

export const PasswordContext = createContext<SecretPrompts | null>(null)

/**
 * Asks for a data source's password at the point of use, or for the passphrase of the vault that has it:
 * `const ask = usePasswordPrompt()`, then `if (await ask(dataSourceId)) retry()`. Resolves true once the server has accepted
 * it, or the vault is unlocked, false when the person leaves.
 */
export function usePasswordPrompt(): SecretPrompts['askPassword'] {
  return usePrompts().askPassword
}

/** Asks for the passphrase of the vault. Resolves true once it is unlocked. */
export function useUnlockPrompt(): SecretPrompts['askUnlock'] {
  return usePrompts().askUnlock
}

function usePrompts(): SecretPrompts {
  const prompts = useContext(PasswordContext)
  if (prompts === null) throw new Error('usePasswordPrompt needs a PasswordPromptProvider above it.')
  return prompts
}
