import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { WebSocket } from 'ws'
import type { Wire } from '#api/connection.ts'
import { ContractServer, type Served } from '#hosts/common/serve-contract.ts'
import { type Port, servePort } from '#hosts/common/serve-port.ts'
import type { Contract } from '#shared/contract/contract.ts'
import { openSocket, startTestHost } from './host.ts'

/** Every wire that the contract travels on, each real to the last step that a test on one computer can have. */

export type Client = ContractRouterClient<Contract>

export interface OpenWire {
  readonly client: Client
  /** The same, as a page's connection takes it. */
  readonly wire: Wire
  /** The page's end goes away, as when a tab or a window is closed. */
  leave(): void
  dispose(): Promise<void>
}

export const wires: readonly { readonly name: string; open(served: Served): Promise<OpenWire> }[] = [
  { name: 'a port as the web has it', open: async (served) => overPorts(served, webStyle) },
  { name: 'a port as Electron has it in its main process', open: async (served) => overPorts(served, electronStyle) },
  { name: 'a port of Node', open: async (served) => overPorts(served, (port) => port) },
  { name: 'a WebSocket of the web host', open: overSocket },
]

function overPorts(served: Served, style: (port: NodePort) => Port): OpenWire {
  const { port1, port2 } = new MessageChannel()
  servePort(new ContractServer(served), style(port1))
  const closed = new Promise<void>((resolve) => port2.once('close', resolve))
  const link = new PortLink({ port: port2 })
  port2.start()
  return { client: createORPCClient(link), wire: { link, closed }, leave: () => port2.close(), dispose: async () => port2.close() }
}

/** Only what EventTarget offers; nothing is delivered before `start`. */
function webStyle(port: NodePort): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener: (type: string, listener: (event: { data: unknown }) => void) =>
      port.on(type, (data: unknown) => listener(new MessageEvent(type, { data }))),
    start: () => port.start(),
    close: () => port.close(),
  }
}

/** MessagePortMain: an emitter whose `message` carries an event object. */
function electronStyle(port: NodePort): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (type: string, listener: (event: { data: unknown }) => void) => port.on(type, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  }
}

async function overSocket(served: Served): Promise<OpenWire> {
  const host = await startTestHost({ served })
  const socket = await openSocket(host)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const link = linkOver(socket)
  return {
    client: createORPCClient(link),
    wire: { link, closed },
    leave: () => socket.terminate(),
    dispose: async () => {
      socket.terminate()
      await host.dispose()
    },
  }
}

export function clientOver(socket: WebSocket): Client {
  return createORPCClient(linkOver(socket))
}

/** The link uses what both kinds of WebSocket have; only their types differ. */
function linkOver(socket: WebSocket) {
  return new SocketLink({ websocket: socket as unknown as globalThis.WebSocket })
}
