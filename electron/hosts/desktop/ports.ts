import { type IpcMain, type IpcMainEvent, MessageChannelMain, type MessagePortMain } from 'electron'
import { PORT_CHANNEL } from './channel.ts'
import { isTrustedSender } from './policy.ts'

/**
 * Hands a port to the page. The only message that crosses Electron's own channel: the contract is spoken over the port.
 * `serve` is called with the main side of each port that was given.
 */
export function servePorts(ipcMain: IpcMain, serve: (port: MessagePortMain) => void, onRefused: (url: string) => void): void {
  ipcMain.on(PORT_CHANNEL, (event: IpcMainEvent) => {
    const frame = event.senderFrame
    // SECURITY: checked before anything is made. The frame is null when it was destroyed or has navigated on.
    const trusted = frame !== null && isTrustedSender({ url: frame.url, isTop: frame === event.sender.mainFrame })
    if (!trusted || frame === null) {
      onRefused(frame?.url ?? 'a frame that is gone')
      return
    }
    const { port1, port2 } = new MessageChannelMain()
    serve(port1)
    frame.postMessage(PORT_CHANNEL, null, [port2])
  })
}
