import { z } from 'zod'

/** What a page and the program that serves it say to each other before the first call. Never a password: keys, tokens and tickets open a session, nothing else. */

/** POST /exchange answers a link's one-time key with this. */
export const SessionToken = z.object({ token: z.string() })

/** POST /key: a fresh one-time key, for another tab. */
export const OneTimeKey = z.object({ key: z.string() })

/** POST /ticket: opens one socket, within seconds. */
export const SocketTicket = z.object({ ticket: z.string() })

/** The socket's subprotocol, which the server selects; the ticket travels beside it. */
export const SOCKET_PROTOCOL = 'plumbline.v1'

export function ticketProtocol(ticket: string): string {
  return `ticket.${ticket}`
}

/** What open tabs of one origin say over their broadcast channel. */
export const TAB_CHANNEL = 'plumbline'
export const TabMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('key-wanted'), request: z.uuid() }),
  z.object({ type: z.literal('key'), request: z.uuid(), key: z.string() }),
])
export type TabMessage = z.infer<typeof TabMessage>

/** The desktop page is there; its preload answers with PortMessage and one port. */
export const READY_MESSAGE = { type: 'plumbline:ready' } as const
export const PortMessage = z.object({ type: z.literal('plumbline:port') })
