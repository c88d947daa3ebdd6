import { RPCLink } from '@orpc/client/message-port'
import { PortMessage, READY_MESSAGE } from '#shared/model/handshake.ts'
import type { OpenOutcome, WireOpener } from './connection.ts'

/** How long the preload may take. It answers in a few milliseconds or not at all. */
const ANSWER_WITHIN_MS = 10_000

/** The desktop's wire: the page says that it is ready, the preload hands it one port. */
export function portOpener(page: Window): WireOpener {
  return {
    reopens: false,
    forget: () => undefined,
    async open(): Promise<OpenOutcome> {
      const port = await receivePort(page)
      if (port === null) return { outcome: 'unreachable' }
      const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
      const link = new RPCLink({ port })
      port.start()
      return { outcome: 'open', wire: { link, closed } }
    },
  }
}

async function receivePort(page: Window): Promise<MessagePort | null> {
  return await new Promise((resolve) => {
    const finish = (port: MessagePort | null) => {
      clearTimeout(timer)
      page.removeEventListener('message', receive)
      resolve(port)
    }
    const receive = (event: MessageEvent) => {
      // SECURITY: only this window's own preload may hand over a port.
      if (event.source !== page || event.origin !== page.location.origin || !PortMessage.safeParse(event.data).success) return
      finish(event.ports[0] ?? null)
    }
    const timer = setTimeout(() => finish(null), ANSWER_WITHIN_MS)
    page.addEventListener('message', receive)
    page.postMessage(READY_MESSAGE, page.location.origin)
  })
}
