import { Button } from '@mantine/core'
import { type PresentedError, presentError } from '#api/present-error.ts'
import { formatRoute } from '#api/route.ts'
import { ErrorState } from '#ui/error-state.tsx'
import { useVaultStatus } from './save-secret-choice.tsx'
import { usePasswordPrompt, useUnlockPrompt } from './use-password-prompt.ts'

/** Any error, drawn with its next step. Where a password is missing, it asks for it and then tries again. */
export function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const presented = presentError(error)
  if (presented.silent) return null
  return (
    <ErrorState
      title={presented.title}
      sentence={presented.sentence}
      remedy={presented.remedy}
      facts={presented.facts}
      actions={<ProblemAction presented={presented} onRetry={onRetry} />}
    />
  )
}

function ProblemAction({ presented, onRetry }: { readonly presented: PresentedError; readonly onRetry: (() => void) | undefined }) {
  const askPassword = usePasswordPrompt()
  const { action, actionLabel, dataSourceId } = presented
  if (action === 'unlock-vault') return <UnlockAction label={actionLabel} onRetry={onRetry} />
  if (action === 'enter-password' && dataSourceId !== null) {
    const enter = async () => {
      if (await askPassword(dataSourceId)) onRetry?.()
    }
    return <Button onClick={() => void enter()}>{actionLabel}</Button>
  }
  if ((action === 'edit-data-source' || action === 'show-choices') && dataSourceId !== null) {
    return (
      <Button component="a" href={formatRoute({ page: 'data-source', id: dataSourceId })}>
        {actionLabel}
      </Button>
    )
  }
  if (action === 'open-log') {
    return (
      <>
        {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
        <Button variant="default" component="a" href={formatRoute({ page: 'settings' })}>
          {actionLabel}
        </Button>
      </>
    )
  }
  return action !== 'none' && onRetry !== undefined ? (
    <Button variant="default" onClick={onRetry}>
      Try again
    </Button>
  ) : null
}

/** The vault may have been unlocked elsewhere since: then there is no passphrase to ask for. */
function UnlockAction({ label, onRetry }: { readonly label: string | null; readonly onRetry: (() => void) | undefined }) {
  const askUnlock = useUnlockPrompt()
  const unlocked = useVaultStatus()?.vault === 'unlocked'
  const unlock = async () => {
    if (unlocked || (await askUnlock())) onRetry?.()
  }
  return <Button onClick={() => void unlock()}>{unlocked ? 'Try again' : label}</Button>
}
