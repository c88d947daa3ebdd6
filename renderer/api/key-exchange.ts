import { TAB_CHANNEL, TabMessage } from '#shared/model/handshake.ts'

/**
 * Tabs of one session hand each other keys, so that a tab opened by hand needs no link. A broadcast channel reaches
 * pages of exactly this origin, host and port; the key in it is good for one exchange.
 */

/** An open tab in the background is slowed down by the browser, and the computer may be busy. That there is one is known before. */
const ANSWER_WITHIN_MS = 10_000

export class KeyExchange {
  readonly #channel = new BroadcastChannel(TAB_CHANNEL)
  readonly #makeKey: () => Promise<string | null>
  /** SECURITY: true only while our own program is at the other end of the socket. */
  #answering = false

  constructor(makeKey: () => Promise<string | null>) {
    this.#makeKey = makeKey
    this.#channel.addEventListener('message', (event) => void this.#receive(event.data))
  }

  /** Answers other tabs until then. They see by the lock that there is somebody to wait for. */
  answerUntil(closed: Promise<void>): void {
    this.#answering = true
    void closed.then(() => this.stopAnswering())
    if ('locks' in navigator) void navigator.locks.request(TAB_CHANNEL, { mode: 'shared' }, () => closed)
  }

  stopAnswering(): void {
    this.#answering = false
  }

  /** A key from another tab, or null when none answers. */
  async ask(): Promise<string | null> {
    if (!(await isSomebodyThere())) return null
    const request = crypto.randomUUID()
    return await new Promise((resolve) => {
      const finish = (key: string | null) => {
        clearTimeout(timer)
        this.#channel.removeEventListener('message', receive)
        resolve(key)
      }
      const receive = (event: MessageEvent) => {
        const message = TabMessage.safeParse(event.data)
        if (message.success && message.data.type === 'key' && message.data.request === request) finish(message.data.key)
      }
      const timer = setTimeout(() => finish(null), ANSWER_WITHIN_MS)
      this.#channel.addEventListener('message', receive)
      this.#send({ type: 'key-wanted', request })
    })
  }

  async #receive(data: unknown): Promise<void> {
    const message = TabMessage.safeParse(data)
    if (!message.success || message.data.type !== 'key-wanted' || !this.#answering) return
    const key = await this.#makeKey()
    if (key !== null) this.#send({ type: 'key', request: message.data.request, key })
  }

  #send(message: TabMessage): void {
    this.#channel.postMessage(message)
  }
}

/** Of a browser that cannot tell, it is taken to be so. */
async function isSomebodyThere(): Promise<boolean> {
  if (!('locks' in navigator)) return true
  const { held = [] } = await navigator.locks.query()
  return held.some(({ name }) => name === TAB_CHANNEL)
}
