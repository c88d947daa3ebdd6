import { createORPCClient, createORPCErrorFromJson, isDefinedError, ORPCError, safe } from '@orpc/client'
import { afterEach, describe, expect, test } from 'vitest'
import { Connection } from '#api/connection.ts'
import { presentError } from '#api/present-error.ts'
import { rpc } from '#services/rpc.ts'
import { AppError } from '#shared/contract/errors.ts'
import type { Task } from '#shared/model/task.ts'
import { memoryLog } from '#test/support/host.ts'
import { type Client, type OpenWire, wires } from '#test/support/wires.ts'

const ID = '11111111-2222-4333-8444-555555555555'
const SECRET = 'CANARY-in-an-error-message'

const task: Task = {
  id: ID,
  kind: 'query',
  title: 'A task',
  detail: null,
  done: 0,
  total: null,
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  sentence: null,
  cancellable: true,
}

/** What the serving side saw. */
class Witness {
  readonly #marks = new Map<string, () => void>()
  readonly #seen = new Set<string>()

  mark(name: string): void {
    this.#seen.add(name)
    this.#marks.get(name)?.()
  }

  saw(name: string): Promise<void> {
    return new Promise((resolve) => (this.#seen.has(name) ? resolve() : this.#marks.set(name, resolve)))
  }
}

/** A router that does, in the real contract's procedures, each thing that a wire has to carry. */
function routerFor(witness: Witness) {
  return {
    setup: {
      // Extra fields at two depths: what a schema does not name must not leave the serving side.
      openAdmin: rpc.setup.openAdmin.handler(() => ({
        session: null,
        password: SECRET,
        report: {
          ok: false as const,
          step: 'authenticate' as const,
          cause: 'wrong-password',
          sentence: 'äöü ☃ 𝄞 \u0000 "quoted"',
          remedy: '',
          field: null,
          sqlstate: '28P01',
          choices: [],
          trace: null,
          password: SECRET,
        },
      })),
      load: rpc.setup.load.handler(() => null),
    },
    dataSources: {
      get: rpc.dataSources.get.handler(({ input }) => {
        throw new AppError(
          'PASSWORD_NEEDED',
          'The password is needed.',
          { dataSourceId: input.id, reason: 'missing' },
          { action: 'enter-password', cause: new Error(SECRET) },
        )
      }),
      remove: rpc.dataSources.remove.handler(() => {
        throw new Error(SECRET)
      }),
      // An answer that is not what the contract says is the program's own fault, and must not cross.
      describe: rpc.dataSources.describe.handler(() => ({ connectionString: 5 as unknown as string })),
      relations: rpc.dataSources.relations.handler(
        ({ signal }) =>
          new Promise((_, reject) => {
            witness.mark('call started')
            signal?.addEventListener('abort', () => {
              witness.mark('call aborted')
              reject(new Error('stopped'))
            })
          }),
      ),
    },
    tasks: {
      watch: rpc.tasks.watch.handler(async function* ({ signal }) {
        try {
          for (let done = 0; !signal?.aborted; done += 1) {
            yield [{ ...task, done, password: SECRET }]
            if (done >= 2) await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
          }
        } finally {
          witness.mark('producer ended')
        }
      }),
    },
    app: {
      // biome-ignore lint/correctness/useYield: a stream that fails before its first item.
      changes: rpc.app.changes.handler(async function* () {
        throw new Error(SECRET)
      }),
    },
    query: {
      run: rpc.query.run.handler(async function* () {
        yield { type: 'rows' as const, resultId: ID, rowCount: 1, done: false, limited: false, repeatable: true }
        throw new AppError('DATABASE', 'The server refused it.', { sqlstate: '42601', detail: null, hint: null })
      }),
    },
  }
}

const open: OpenWire[] = []
afterEach(async () => {
  for (const wire of open.splice(0)) await wire.dispose()
})

describe.each(wires)('over $name', ({ open: openWire }) => {
  async function start() {
    const witness = new Witness()
    const { log, lines } = memoryLog()
    const wire = await openWire({ router: routerFor(witness), context: { log } })
    open.push(wire)
    return { ...wire, witness, lines }
  }

  test('an answer arrives as the contract has it, without what the contract does not name', async () => {
    const { client } = await start()
    const answer = await client.setup.openAdmin({ connectionString: 'x', sslmode: null, plaintextConsent: false })
    expect(answer).toEqual({
      session: null,
      report: {
        ok: false,
        step: 'authenticate',
        cause: 'wrong-password',
        sentence: 'äöü ☃ 𝄞 \u0000 "quoted"',
        remedy: '',
        field: null,
        sqlstate: '28P01',
        choices: [],
        trace: null,
      },
    })
    expect(await client.setup.load({})).toBeNull()
  })

  test('an error of the application arrives with its code, its sentence, its detail and its action', async () => {
    const { client } = await start()
    const error = await failureOf(client.dataSources.get({ id: ID }))
    expect(isDefinedError(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'PASSWORD_NEEDED',
      message: 'The password is needed.',
      data: { dataSourceId: ID, reason: 'missing', action: 'enter-password' },
    })
    expect(everythingIn(error)).not.toContain(SECRET)
  })

  test('input that does not fit is refused as INVALID, with the field', async () => {
    const { client } = await start()
    const error = await failureOf(client.dataSources.get({ id: 'nobody' }))
    expect(error).toMatchObject({ code: 'INVALID', defined: true, data: { field: 'id', action: 'none' } })
  })

  test('any other error becomes INTERNAL with a log id, and says nothing of itself', async () => {
    const { client, lines } = await start()
    const error = await failureOf(client.dataSources.remove({ id: ID }))
    expect(error).toMatchObject({ code: 'INTERNAL', defined: true, data: { logId: 'log-id', action: 'open-log' } })
    expect(everythingIn(error)).not.toContain(SECRET)
    expect(lines.join()).toContain('"call":"dataSources.remove"')
  })

  test('an answer that breaks the contract becomes INTERNAL', async () => {
    const { client } = await start()
    expect(await failureOf(client.dataSources.describe({ id: ID }))).toMatchObject({ code: 'INTERNAL', defined: true })
  })

  test('an aborted call stops waiting, and its handler is told', async () => {
    const { client, witness } = await start()
    const abort = new AbortController()
    const call = failureOf(client.dataSources.relations({ id: ID }, { signal: abort.signal }))
    await witness.saw('call started')
    abort.abort()
    expect(await call).toBeInstanceOf(Error)
    await witness.saw('call aborted')
  })

  test('leaving an event stream ends its producer', async () => {
    const { client, witness } = await start()
    for await (const tasks of await client.tasks.watch({})) {
      expect(tasks[0]).toEqual({ ...task, done: tasks[0]?.done })
      if (tasks[0]?.done === 2) break
    }
    await witness.saw('producer ended')
  })

  test('an error inside an event stream arrives as it would from a call', async () => {
    const { client } = await start()
    const run = { runId: ID, dataSourceId: ID, tabId: ID, sql: '', readOnly: true, rowLimit: 1, keepInHistory: false }
    const expected = { code: 'DATABASE', defined: true, message: 'The server refused it.', data: { sqlstate: '42601' } }
    expect(await failureOf(drain(client.query.run(run)))).toMatchObject(expected)
    const unknown = await failureOf(drain(client.app.changes({})))
    expect(unknown).toMatchObject({ code: 'INTERNAL', defined: true })
    expect(everythingIn(unknown)).not.toContain(SECRET)
  })

  test('a wire that goes away aborts its calls and ends its streams', async () => {
    const { client, witness, leave } = await start()
    const call = failureOf(client.dataSources.relations({ id: ID }))
    const stream = await client.tasks.watch({})
    await stream.next()
    await witness.saw('call started')
    leave()
    expect(await call).toBeInstanceOf(Error)
    await witness.saw('call aborted')
    await witness.saw('producer ended')
  })

  /** The page's own connection over this wire, which nobody answers after it went. */
  async function startPage() {
    const started = await start()
    const connection = new Connection({
      reopens: false,
      open: async () => ({ outcome: 'open', wire: started.wire }),
      forget: () => undefined,
    })
    await connection.start()
    const { link } = await connection.wire()
    const page: Client = createORPCClient(link)
    return { ...started, page }
  }

  test('to a page, a stream that its wire cuts off is a lost connection and no cancel', async () => {
    const { page, witness, leave } = await startPage()
    const call = failureOf(page.dataSources.relations({ id: ID }))
    const stream = await page.tasks.watch({})
    for (const done of [0, 1, 2]) expect((await stream.next()).value).toEqual([{ ...task, done }])
    await witness.saw('call started')
    const waiting = failureOf(stream.next())
    leave()
    expect(presentError(await call)).toMatchObject({ code: 'DISCONNECTED', silent: false })
    expect(presentError(await waiting)).toMatchObject({ code: 'DISCONNECTED', silent: false })
  })

  test('to a page, a stream that it stops itself is a cancel, and one that it leaves ends', async () => {
    const { page, witness } = await startPage()
    const abort = new AbortController()
    const stream = await page.tasks.watch({}, { signal: abort.signal })
    for (const done of [0, 1, 2]) expect((await stream.next()).value).toEqual([{ ...task, done }])
    const waiting = failureOf(stream.next())
    abort.abort()
    expect(presentError(await waiting)).toMatchObject({ code: 'CANCELLED', silent: true })
    await witness.saw('producer ended')
    const other = await page.tasks.watch({})
    await other.next()
    expect(await other.return?.(undefined)).toMatchObject({ done: true })
    expect(await other.next()).toMatchObject({ done: true })
  })

  test('what is not in the router cannot be called', async () => {
    const { client } = await start()
    expect(await failureOf(client.sample.remove({}))).toMatchObject({ code: 'NOT_FOUND' })
  })
})

async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  const { error, isSuccess } = await safe(Promise.resolve(call))
  if (isSuccess) throw new Error('The call was expected to fail.')
  return error
}

async function drain(stream: PromiseLike<AsyncIterable<unknown>>): Promise<void> {
  for await (const _ of await stream);
}

/** All that a page could read of an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const json = error instanceof ORPCError ? JSON.stringify(createORPCErrorFromJson(error.toJSON()).toJSON()) : ''
  return `${error.message} ${error.stack} ${json} ${String(error.cause)}`
}
