import { implement, ORPCError } from '@orpc/server'
import { contract } from '#shared/contract/contract.ts'
import { AppError, type ErrorAction } from '#shared/contract/errors.ts'
import type { Log } from './platform.ts'
import { storeFailure } from './store/failures.ts'

/** What each call carries. Hosts supply it when they serve the router. */
export interface CallContext {
  readonly log: Log
}

/**
 * Where every procedure's implementation starts: `rpc.assets.list.handler(…)`. One middleware makes errors equal on
 * all wires (in process, port, socket), because oRPC itself maps unknown ones on some wires only.
 */
export const rpc = implement(contract)
  .$context<CallContext>()
  .use(async ({ context, next, path, signal }) => {
    const mapped = (error: unknown): unknown =>
      toWireError(error, signal, (cause) => context.log.error('call-failed', cause, { call: path.join('.') }))
    try {
      const result = await next()
      return isStream(result.output) ? { ...result, output: withErrors(result.output, mapped) } : result
    } catch (error) {
      throw mapped(error)
    }
  })

function isStream(output: unknown): output is AsyncIterableIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

/** An event stream runs after its call has answered, so its errors are met here and not in the middleware's own `catch`. */
async function* withErrors(stream: AsyncIterableIterator<unknown>, mapped: (error: unknown) => unknown): AsyncGenerator<unknown> {
  try {
    return yield* stream
  } catch (error) {
    throw mapped(error)
  }
}

function toWireError(met: unknown, signal: AbortSignal | undefined, logInternal: (cause: unknown) => string): unknown {
  const failure = storeFailure(met)
  if (failure !== null) logInternal(met)
  const error = failure ?? met
  if (error instanceof AppError) {
    return new ORPCError(error.code, { message: error.message, data: { ...error.detail, action: error.action }, defined: true })
  }
  if (signal?.aborted) return wire('CANCELLED', 'Cancelled.', {}, 'none')
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    return wire('INVALID', `That cannot be used: ${describeIssues(error.data)}`, { field: firstIssuePath(error.data) }, 'none')
  }
  const logId = logInternal(error)
  return wire('INTERNAL', `Something went wrong in Plumbline itself. The log has the details under ${logId}.`, { logId }, 'open-log')
}

function wire(code: string, message: string, detail: object, action: ErrorAction): ORPCError<string, unknown> {
  return new ORPCError(code, { message, data: { ...detail, action }, defined: true })
}

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { key: PropertyKey })[]
}

function issuesOf(data: unknown): readonly Issue[] {
  if (typeof data !== 'object' || data === null || !('issues' in data)) return []
  return Array.isArray(data.issues) ? (data.issues as readonly Issue[]) : []
}

function describeIssues(data: unknown): string {
  const issue = issuesOf(data)[0]
  return issue === undefined ? 'the input does not fit.' : `${firstIssuePath(data) ?? 'input'}: ${issue.message}`
}

function firstIssuePath(data: unknown): string | null {
  const path = issuesOf(data)[0]
    ?.path?.map((part) => String(typeof part === 'object' ? part.key : part))
    .join('.')
  return path ? path : null
}
