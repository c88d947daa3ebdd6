import { type IpcMain, type IpcMainEvent, MessageChannelMain, type MessagePortMain, type WebFrameMain } from 'electron'
import { PORT_CHANNEL } from './channel.ts'
import { isTrustedSender, type SenderFrame } from './policy.ts'

/**
 * Hands a port to the page. The only message that crosses Electron's own channel: the contract is spoken over the port.
 * `serve` is called with the main side of each port that was given.
 */
export function servePorts(ipcMain: IpcMain, serve: (port: MessagePortMain) => void, onRefused: (url: string) => void): void {
  ipcMain.on(PORT_CHANNEL, (event: IpcMainEvent) => {
    const sender = senderOf(event)
    // SECURITY: checked before anything is made.
    if (sender === null || !isTrustedSender(sender)) return onRefused(sender?.url ?? 'a frame that is gone')
    const { port1, port2 } = new MessageChannelMain()
    serve(port1)
    try {
      sender.frame.postMessage(PORT_CHANNEL, null, [port2])
    } catch {
      port1.close() // the frame went meanwhile
    }
  })
}

/** null: the frame is gone. Electron gives null for one that was destroyed or has navigated on, and throws for one that goes while it is looked at. */
function senderOf(event: IpcMainEvent): (SenderFrame & { readonly frame: WebFrameMain }) | null {
  try {
    const { senderFrame: frame, sender } = event
    return frame === null ? null : { frame, url: frame.url, isTop: frame === sender.mainFrame }
  } catch {
    return null
  }
}
