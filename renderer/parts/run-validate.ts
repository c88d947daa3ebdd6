import { useCallback } from 'react'
import { api } from '#api/client.ts'
import { presentError } from '#api/present-error.ts'
import { navigateIfStillHere } from '#api/route.ts'
import type { RunSummary } from '#shared/model/run.ts'
import { notify } from '#ui/notify.tsx'
import { notifyError } from './notify-error.tsx'
import { usePasswordPrompt } from './use-password-prompt.ts'

/** What may be said about a run beside which rows it is of; see the contract. */
export interface RunWish {
  readonly verify?: boolean
  readonly allowLargeSorts?: boolean
}

/**
 * Starts a run of each asset, and goes to where it can be watched: the run itself, or all runs. Asks for a password
 * where one is missing. Resolves with the runs that began. `period`: which batch; null: the newest, or the whole table.
 */
export function useValidate(): (assetIds: readonly string[], period?: string | null, wish?: RunWish) => Promise<readonly RunSummary[]> {
  const askPassword = usePasswordPrompt()
  return useCallback(
    async (assetIds, period = null, wish = {}) => {
      const leadOn = navigateIfStillHere()
      const started: RunSummary[] = []
      for (const assetId of assetIds) {
        const run = await start(assetId, period, wish, askPassword)
        if (run === 'no password') break
        if (run !== null) started.push(run)
      }
      const [first] = started
      if (first === undefined) return started
      if (started.length === 1) leadOn({ page: 'run', id: first.id })
      else {
        notify({ message: `Validating ${started.length} data assets.` })
        leadOn({ page: 'runs' })
      }
      return started
    },
    [askPassword],
  )
}

/** null when it did not begin; why is on the screen by then. `no password`: the person left the prompt, so the next asset would only ask again. */
async function start(
  assetId: string,
  period: string | null,
  wish: RunWish,
  askPassword: (dataSourceId: string) => Promise<boolean>,
): Promise<RunSummary | 'no password' | null> {
  for (;;) {
    try {
      return await api.validations.start({ assetId, ...wish, ...(period === null ? {} : { period }) })
    } catch (error) {
      const { action, dataSourceId } = presentError(error)
      if (action !== 'enter-password' || dataSourceId === null) {
        notifyError(error)
        return null
      }
      if (!(await askPassword(dataSourceId))) return 'no password'
    }
  }
}
