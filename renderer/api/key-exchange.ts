import { TAB_CHANNEL, TabMessage } from '#shared/model/handshake.ts'

/**
 * Tabs of one session hand each other keys, so that a tab opened by hand needs no link. A broadcast channel reaches
 * pages of exactly this origin, host and port; the key in it is good for one exchange.
 */

/** An open tab in the background is slowed down by the browser, so it may take a moment. */
const ANSWER_WITHIN_MS = 1_200

export class KeyExchange {
  readonly #channel = new BroadcastChannel(TAB_CHANNEL)
  readonly #makeKey: () => Promise<string | null>
  /** SECURITY: true only while our own program is at the other end of the socket. */
  answering = false

  constructor(makeKey: () => Promise<string | null>) {
    this.#makeKey = makeKey
    this.#channel.addEventListener('message', (event) => void this.#receive(event.data))
  }

  /** A key from another tab, or null when none answers. */
  async ask(): Promise<string | null> {
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
    if (!message.success || message.data.type !== 'key-wanted' || !this.answering) return
    const key = await this.#makeKey()
    if (key !== null) this.#send({ type: 'key', request: message.data.request, key })
  }

  #send(message: TabMessage): void {
    this.#channel.postMessage(message)
  }
}
