import { type ClientContext, type ClientLink, mapEventIterator } from '@orpc/client'
import { assertNever } from '#shared/assert-never.ts'

/** The page's one connection to the program that serves it, and what the screen shows about it. */

export interface Wire {
  readonly link: ClientLink<ClientContext>
  /** Resolves when the wire has gone. Never rejects. */
  readonly closed: Promise<void>
}

/** Why no session could be had: a link is missing, was used already, or its session has ended. */
export type DeniedReason = 'no-link' | 'link-used' | 'session-ended'

export type OpenOutcome =
  | { readonly outcome: 'open'; readonly wire: Wire }
  | { readonly outcome: 'denied'; readonly reason: DeniedReason }
  /** Nobody answered. */
  | { readonly outcome: 'unreachable' }

export interface WireOpener {
  open(): Promise<OpenOutcome>
  /** Whether a wire that went may be opened again; false for a port, which only its program can hand out. */
  readonly reopens: boolean
  /** Drops what would open the session again. */
  forget(): void
}

export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** The wire went a moment ago and is being opened again. */
  | { readonly state: 'reopening' }
  /** The program has gone. Final for this page: a new start hands out a new link. */
  | { readonly state: 'lost' }
  | { readonly state: 'denied'; readonly reason: DeniedReason }

/** A call that was under way when the wire went. What became of it is not known. */
export class Disconnected extends Error {
  constructor() {
    super('The connection to Plumbline went away.')
    this.name = 'Disconnected'
  }
}

/** Waits before each attempt to open a wire again: a short drop passes unseen, a dead program is told within seconds. */
const REOPEN_AFTER_MS = [0, 400, 1_000, 2_000]

export class Connection {
  readonly #opener: WireOpener
  readonly #reopenAfterMs: readonly number[]
  readonly #listeners = new Set<() => void>()
  #state: ConnectionState = { state: 'connecting' }
  #wire: Wire | null = null

  constructor(opener: WireOpener, reopenAfterMs: readonly number[] = REOPEN_AFTER_MS) {
    this.#opener = opener
    this.#reopenAfterMs = reopenAfterMs
  }

  /** Opens the first wire. Call once. */
  async start(): Promise<void> {
    if (!this.#settle(await this.#opener.open())) this.#lose()
  }

  readonly state = (): ConnectionState => this.#state

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The wire, once it is open. Rejects with Disconnected when there will be none, or with the signal's reason. */
  async wire(signal?: AbortSignal): Promise<Wire> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.#wire !== null) return this.#wire
      if (this.#state.state === 'lost' || this.#state.state === 'denied') throw new Disconnected()
      await this.#change(signal)
    }
  }

  /** true when it came to an end: open or denied. */
  #settle(outcome: OpenOutcome): boolean {
    switch (outcome.outcome) {
      case 'open':
        this.#adopt(outcome.wire)
        return true
      case 'denied':
        this.#set({ state: 'denied', reason: outcome.reason })
        return true
      case 'unreachable':
        return false
      default:
        return assertNever(outcome)
    }
  }

  #adopt(wire: Wire): void {
    this.#wire = { link: failingWith(wire), closed: wire.closed }
    this.#set({ state: 'open' })
    void wire.closed.then(() => this.#reopen())
  }

  async #reopen(): Promise<void> {
    this.#wire = null
    if (!this.#opener.reopens) return this.#lose()
    this.#set({ state: 'reopening' })
    for (const waitMs of this.#reopenAfterMs) {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      if (this.#settle(await this.#opener.open())) return
    }
    this.#lose()
  }

  #lose(): void {
    // SECURITY: what opened the session must not be offered to whoever listens on this port next.
    this.#opener.forget()
    this.#set({ state: 'lost' })
  }

  #set(state: ConnectionState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }

  async #change(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        stop()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const stop = this.listen(done)
      signal?.addEventListener('abort', done)
    })
  }
}

/** Calls and streams cut off by the closing wire fail as Disconnected, whatever the transport makes of it. */
function failingWith(wire: Wire): ClientLink<ClientContext> {
  let closed = false
  void wire.closed.then(() => {
    closed = true
  })
  return {
    async call(path, input, options) {
      // A stop that comes after the close would be sent into a closed socket and fail there, unheard.
      const stop = new AbortController()
      const forward = () => (closed ? undefined : stop.abort(options.signal?.reason))
      if (options.signal?.aborted === true) forward()
      options.signal?.addEventListener('abort', forward, { once: true })
      const told = async (error: unknown) => {
        // The transport rejects in the same turn as it learns of the close; let `closed` catch up.
        await Promise.resolve()
        // Of a stop of the caller's own it makes an error of its queues, when nobody waited for an item just then.
        if (options.signal?.aborted === true) return options.signal.reason
        return closed ? new Disconnected() : error
      }
      try {
        const output = await wire.link.call(path, input, { ...options, signal: stop.signal })
        // The transport ends a stream by an AbortError, which would pass for a cancel of the person's own.
        return isStream(output) ? mapEventIterator(output, { value: async (value) => value, error: told }) : output
      } catch (error) {
        throw await told(error)
      }
    },
  }
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}
