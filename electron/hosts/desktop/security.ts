import { type App, type Session, shell, type WebContents } from 'electron'
import { isAllowedNavigation, isOwnBlob, isSafeExternal, permissionDecision } from './policy.ts'

/** The desktop host's refusals, one named function each. What is allowed is decided in policy.ts. */

/**
 * SECURITY: Electron approves every permission when no handler is set. The frame's own address is asked for, not the
 * page's, and a frame within the page gets nothing (CVE-2026-34777).
 */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(details.isMainFrame && permissionDecision(permission, details.requestingUrl)),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, _origin, details) => details.isMainFrame && permissionDecision(permission, details.requestingUrl ?? ''),
  )
}

/** SECURITY: no USB, HID, serial or screen of the person's. */
export function denyDevices(session: Session): void {
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
}

/** SECURITY: the page loads from our own scheme only; a request to anything else is cancelled before it leaves. */
export function blockForeignRequests(session: Session): void {
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !isAllowedRequest(details.url) }))
}

/** Our own scheme, `data:` for the small pictures of style sheets, and what our own page holds for a download; the developer tools where they can be opened. */
export function isAllowedRequest(url: string): boolean {
  return isAllowedNavigation(url) || isOwnBlob(url) || url.startsWith('data:image/') || url.startsWith('devtools:')
}

/** SECURITY: what every page of this program is refused, whichever window it is in. */
export function guardContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    blockNavigation(contents)
    blockWebview(contents)
    openLinksOutside(contents)
  })
  // Unhandled, Electron picks the first certificate that matches.
  app.on('select-client-certificate', (event, _contents, _url, _list, callback) => {
    event.preventDefault()
    callback()
  })
}

function blockNavigation(contents: WebContents): void {
  const block = (event: { readonly url: string; preventDefault(): void }) => {
    if (!isAllowedNavigation(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', block)
  contents.on('will-frame-navigate', block)
  contents.on('will-redirect', block)
}

function blockWebview(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

function openLinksOutside(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (isSafeExternal(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}
