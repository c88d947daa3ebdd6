import type { ContractServer } from './serve-contract.ts'

/** Any of the ports there are: the web's and Node's MessagePort, or Electron's MessagePortMain. */
export type Port = WebPort | EmitterPort

interface WebPort {
  postMessage(message: string): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
  start?(): void
  close(): void
}

interface EmitterPort {
  postMessage(message: string): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** Serves until the port is closed at either end. Returns the function that closes it. */
export function servePort(server: ContractServer, port: Port): () => void {
  const connection = server.connect({
    send: (message) => port.postMessage(message),
    broken: () => port.close(),
  })
  const receive = (event: { readonly data: unknown }): void => connection.receive(event.data)
  if ('addEventListener' in port) {
    port.addEventListener('message', receive)
    port.addEventListener('close', connection.close)
  } else {
    port.on('message', receive)
    port.on('close', connection.close)
  }
  port.start?.()
  return () => {
    connection.close()
    port.close()
  }
}
