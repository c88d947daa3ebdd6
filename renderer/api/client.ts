import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { ContractClient } from '#shared/contract/contract.ts'
import { Connection } from './connection.ts'
import { openWireFor } from './open-wire.ts'

/**
 * The page's only way to the services, typed by the contract.
 *
 * Reading:      `useQuery(queries.assets.list.queryOptions({ input: {} }))`
 * Changing:     `useMutation(queries.assets.remove.mutationOptions())`, or `await api.assets.remove({ id })` in a handler.
 *               Do not invalidate by hand: the services say which topics changed, and live.ts asks those queries again.
 * Long work:    make `const taskId = crypto.randomUUID()`, pass it in, and follow it with `useTask(taskId)` (live.ts);
 *               `api.tasks.cancel({ id: taskId })` stops it on the server.
 * Streams:      `useStream()` (use-stream.ts): start(open, onItem), stop(), running. Leaving the component aborts it.
 * Errors:       never read `error.message` or a code in a feature. Draw `<Problem error={…} onRetry={…} />` (#parts/problem.tsx),
 *               or call `notifyError(error)` (#parts/notify-error.tsx); both ask present-error.ts, and both know how to ask
 *               for a password. For a form field: `fieldProblem(error)` (present-error.ts).
 * Cancelling:   pass `signal` as the second argument: `api.assets.columns({ id }, { signal })`. It reaches the server.
 * Links:        `<RouteLink to={{ page: 'asset', … }}>` (#parts/route-link.tsx) or `navigate(route)` (route.ts).
 */
export const connection = new Connection(openWireFor(window.location))

/** Waits for the wire, so that a call made while the socket is being opened again is only late, not lost. */
const link: ClientLink<ClientContext> = {
  async call(path, input, options) {
    const wire = await connection.wire(options.signal)
    return wire.link.call(path, input, options)
  },
}

export const api: ContractClient = createORPCClient(link)

/** Options and keys for TanStack Query, by the contract's own paths. */
export const queries = createTanstackQueryUtils(api)
