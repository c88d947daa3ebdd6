import type { WebSocket } from 'ws'
import { ask, trySocket } from './host.ts'
import { linkPattern, type WebProcess } from './web-process.ts'
import { type Client, clientOver } from './wires.ts'

/** A page's way into a web host that runs as a program: link, key, token, ticket, socket, contract. */

export interface WebClient {
  readonly client: Client
  readonly socket: WebSocket
  /** Every byte that the host has sent: bodies and headers of its answers, and each message of the socket. */
  readonly heard: readonly Buffer[]
  leave(): void
}

export async function openWebClient(web: WebProcess): Promise<WebClient> {
  const [, portText = '', key = ''] = await web.said(linkPattern)
  const port = Number(portText)
  const origin = `http://127.0.0.1:${port}`
  const heard: Buffer[] = []
  const send = async (path: string, body: object, token?: string): Promise<string> => {
    const headers: [string, string][] = [
      ['Origin', origin],
      ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as [string, string]]),
    ]
    const reply = await ask({ port }, { method: 'POST', path, headers, body: JSON.stringify(body) })
    heard.push(Buffer.from(JSON.stringify(reply.headers)), Buffer.from(reply.body))
    return reply.body
  }
  const { token } = JSON.parse(await send('/exchange', { key })) as { token: string }
  const { ticket } = JSON.parse(await send('/ticket', {}, token)) as { ticket: string }
  // Only port and origin are looked at.
  const { socket } = await trySocket({ port, origin } as Parameters<typeof trySocket>[0], { ticket })
  if (socket === null) throw new Error('The host refused the socket.')
  socket.on('message', (data: Buffer) => heard.push(data))
  return { client: clientOver(socket), socket, heard, leave: () => socket.terminate() }
}
