import type { AnyRouter } from '@orpc/server'
import { RPCHandler } from '@orpc/server/websocket'
import type { CallContext } from '#services/rpc.ts'

/**
 * Serves the contract to whoever is at the other end of a wire. All wires (a port of the desktop, a socket of the web
 * host, a port of the CLI) go through here, so that a call means the same on each of them.
 */

export interface Served {
  readonly router: AnyRouter
  readonly context: CallContext
}

export interface WireEnd {
  /** May return a promise that settles when there is room for more: producers of event streams wait for it. */
  send(message: string): void | Promise<void>
  /** What came was no message of the contract. The wire should be closed: nothing that follows can be trusted. */
  broken(): void
}

export interface Connection {
  receive(message: unknown): void
  /** Aborts every call that is still running. */
  close(): void
}

export class ContractServer {
  readonly #handler: RPCHandler<CallContext>
  readonly #context: CallContext

  constructor(served: Served) {
    this.#handler = new RPCHandler(served.router)
    this.#context = served.context
  }

  connect(end: WireEnd): Connection {
    // The handler knows its wire by the identity of this object, and awaits what `send` returns.
    const wire = {
      addEventListener: () => {},
      send: (message: unknown) => (typeof message === 'string' ? end.send(message) : end.broken()),
    }
    let open = true
    const close = (): void => {
      if (!open) return
      open = false
      this.#handler.close(wire)
    }
    const fail = (error: unknown): void => {
      // A wire that went away while an answer was under way is no fault of anybody's.
      if (!open) return
      this.#context.log.error('wire-broken', error)
      close()
      end.broken()
    }
    return {
      close,
      receive: (message) => {
        if (!open) return
        // SECURITY: the contract is JSON in text. Binary messages would reach file parsing that nothing of ours needs.
        if (typeof message !== 'string') return fail(new TypeError('A binary message.'))
        this.#handler.message(wire, message, { context: this.#context }).catch(fail)
      },
    }
  }
}
