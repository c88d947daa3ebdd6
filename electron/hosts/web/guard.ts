import type { IncomingMessage } from 'node:http'

/**
 * What is asked of every request before anything else is looked at. Any page on the internet can send to a loopback port,
 * and by DNS rebinding even under an origin that looks like ours; so the request must name us exactly, and must
 * not come from a page that is not ours.
 */

export type Purpose = 'request' | 'socket'

/** `hosts`: the exact values of the Host header that are ours. Returns why it is refused, for the log, or null. */
export function refusalOf(request: IncomingMessage, hosts: readonly string[], purpose: Purpose): string | null {
  const host = soleHeader(request, 'host')
  if (host === null || !hosts.includes(host)) return 'host'
  if (request.url?.startsWith('/') !== true) return 'target'

  const origin = soleHeader(request, 'origin')
  const mustHaveOrigin = purpose === 'socket' || !(request.method === 'GET' || request.method === 'HEAD')
  if (origin === null && (mustHaveOrigin || request.headers.origin !== undefined)) return 'origin'
  // Equal to the Host as well: a page under one of our names has no business under another.
  if (origin !== null && origin !== `http://${host}`) return 'origin'

  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opensThePage(request)) return 'site'
  return null
}

/**
 * A window that is sent here from elsewhere, as the file is that opens the browser. It gets the empty page, which holds
 * nothing and cannot be framed.
 */
function opensThePage(request: IncomingMessage): boolean {
  const { headers, method, url } = request
  return method === 'GET' && url === '/' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

/** null: absent, or there twice (Node would keep the first and say nothing). */
function soleHeader(request: IncomingMessage, name: string): string | null {
  const values = request.headersDistinct[name]
  return values?.length === 1 ? (values[0] ?? null) : null
}
