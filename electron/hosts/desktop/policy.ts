import { APP_ORIGIN, APP_SCHEME } from '#shared/model/names.ts'

/** Every decision of the desktop host as a pure function or a frozen constant, so that it can be tested without Electron. */

/** SECURITY: what the one window may do. Frozen: nothing from outside is ever spread into it (CVE-2026-34769). */
export const webPreferences = Object.freeze({
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  spellcheck: false,
} as const)

/** SECURITY: our own scheme instead of file:, without bypassCSP, corsEnabled or service workers. */
export const schemePrivileges = Object.freeze({
  scheme: APP_SCHEME,
  privileges: Object.freeze({ standard: true, secure: true, supportFetchAPI: true }),
} as const)

/**
 * Is this exactly our own origin? Compared after parsing, never by prefix: `plumbline://main.evil` begins like ours.
 * Custom schemes have an opaque `origin` in some parsers, so scheme, host and port are compared one by one.
 */
export function isOwnUrl(url: string): boolean {
  const parsed = parseUrl(url)
  return (
    parsed !== null &&
    parsed.protocol === `${APP_SCHEME}:` &&
    parsed.host === new URL(APP_ORIGIN).host &&
    parsed.username === '' &&
    parsed.password === '' &&
    parsed.port === ''
  )
}

/** The page never navigates away; a change of the hash is not a navigation. */
export function isAllowedNavigation(url: string): boolean {
  return isOwnUrl(url)
}

/** What our own page put together, for example a file to be saved. It is never navigated to. */
export function isOwnBlob(url: string): boolean {
  return url.startsWith('blob:') && isOwnUrl(url.slice('blob:'.length))
}

/** SECURITY: pages that may be opened in the person's own browser: https, and one of these hosts exactly. */
const externalHosts: ReadonlySet<string> = new Set(['www.postgresql.org'])

export function isSafeExternal(url: string): boolean {
  if (url.length > 2_048 || url !== url.trim() || hasControlCharacter(url)) return false
  const parsed = parseUrl(url)
  return (
    parsed !== null && parsed.protocol === 'https:' && externalHosts.has(parsed.host) && parsed.username === '' && parsed.password === ''
  )
}

/** The page may write plain text to the clipboard when a person copies. Everything else that Chromium can ask for is refused. */
export function permissionDecision(permission: string, requestingUrl: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnUrl(requestingUrl)
}

/** The frame that sent a message, as far as it matters. null: it is gone already. */
export interface SenderFrame {
  readonly url: string
  readonly isTop: boolean
}

/** SECURITY: only the top frame of our own page gets a port. */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame?.isTop === true && isOwnUrl(frame.url)
}

/**
 * SECURITY: a packaged app does not start with a door for debuggers open, nor with the sandbox or the rules of the web
 * weakened. No fuse covers these switches.
 */
const refusedSwitches: ReadonlySet<string> = new Set([
  'allow-file-access-from-files',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'disable-site-isolation-trials',
  'disable-web-security',
  'gpu-launcher',
  'ignore-certificate-errors',
  'inspect',
  'inspect-brk',
  'js-flags',
  'load-extension',
  'no-sandbox',
  'no-zygote',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'renderer-cmd-prefix',
  'single-process',
  'utility-cmd-prefix',
])

/** The first refused switch on the command line, or null. Chromium on Windows takes `/name` for `--name`. */
export function refusedSwitch(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const name = /^(?:--?|\/)([a-z-]+)/i.exec(argument)?.[1]?.toLowerCase()
    if (name !== undefined && refusedSwitches.has(name)) return name
  }
  return null
}

/** What a person is asked when the page's process has ended. null: it ended as it should. The first button reloads, the second closes. */
export function pageEnded(reason: string) {
  if (reason === 'clean-exit') return null
  return {
    type: 'warning' as const,
    message: 'The page of this window has ended unexpectedly.',
    detail: `${reason === 'oom' ? 'It ran out of memory. ' : ''}What runs goes on, and what was stored is there. Texts of the query pane are kept at each pause.`,
    buttons: ['Reload', 'Close the window'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  }
}

function parseUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => (character.codePointAt(0) ?? 0) < 0x20 || character === '\x7f' || character === '\\')
}
