import { createContext, useContext } from 'react'

type AskPassword = (dataSourceId: string) => Promise<boolean>

export const PasswordContext = createContext<AskPassword | null>(null)

/**
 * Asks for a data source's password at the point of use: `const ask = usePasswordPrompt()`, then
 * `if (await ask(dataSourceId)) retry()`. Resolves true once the server has accepted it, false when the person leaves.
 */
export function usePasswordPrompt(): AskPassword {
  const ask = useContext(PasswordContext)
  if (ask === null) throw new Error('usePasswordPrompt needs a PasswordPromptProvider above it.')
  return ask
}
