import { ipcRenderer } from 'electron'

/**
 * Carries one port from the main process to the page, when the page says that it is ready for it. Nothing is exposed to
 * the page but that port. Ports cannot travel through contextBridge, so it goes by a message to our own origin.
 * The names stand here as text, because a sandboxed preload is one file that imports electron only.
 */
const channel = 'plumbline:port'
const ready = 'plumbline:ready'
// A custom scheme's origin is the text "null" in some places; the location's own parts are not.
const ownOrigin = `${location.protocol}//${location.host}`

// SECURITY: only the page itself, not a frame in it, is answered.
window.addEventListener('message', (event) => {
  if (event.source !== window || typeof event.data !== 'object' || event.data === null || event.data.type !== ready) return
  ipcRenderer.send(channel)
})

ipcRenderer.on(channel, (event) => {
  window.postMessage({ type: channel }, ownOrigin, [...event.ports])
})
