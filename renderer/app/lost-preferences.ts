import type { QueryClient } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'

/** Says why a preference that was shown at once goes back to what it was. Whoever changed it may be gone from the screen by then. */
export function tellOfLostPreferences(client: QueryClient): void {
  client.getMutationCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'error') return
    if (String(event.mutation.options.mutationKey) === String(queries.app.preferences.set.mutationKey())) notifyError(event.action.error)
  })
}
