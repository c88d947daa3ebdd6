/** What the page may load and do, for every host that shows it. */

export interface CspInput {
  /** Fresh for each response; stands in the page's style tags. */
  readonly nonce: string
  /** The page's own origin, for example `http://127.0.0.1:43211` or `plumbline://main`. */
  readonly origin: string
}

/** The value of the Content-Security-Policy header. */
export function cspFor({ nonce, origin }: CspInput): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    // Not every browser lets 'self' of an http page cover the WebSocket of the same host and port, so it is named.
    origin.startsWith('http:') ? `connect-src 'self' ${origin.replace(/^http/, 'ws')}` : "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}
