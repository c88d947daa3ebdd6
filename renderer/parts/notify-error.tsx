import { presentError } from '#api/present-error.ts'
import { notify } from '#ui/notify.tsx'

/** For what went wrong away from any panel. A cancel of the person's own is not shown. */
export function notifyError(error: unknown): void {
  const { silent, sentence, remedy } = presentError(error)
  if (!silent) notify({ message: [sentence, remedy].filter((part) => part !== null).join(' '), tone: 'failed' })
}
