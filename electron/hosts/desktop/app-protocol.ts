import { cspFor } from '#hosts/common/csp.ts'
import { freshNonce, type PageFile, type PageFiles } from '#hosts/common/page-files.ts'
import { APP_ORIGIN } from '#shared/model/names.ts'
import { isOwnUrl } from './policy.ts'

/** Answers `plumbline://main/…`: the built page and nothing else. */

/**
 * The path of the page's list that an address means: `/` for the page itself. null: not ours. Looked up in the build's
 * list afterwards, never joined to a folder, so that `..`, its encodings, drive letters and links have nothing to leave.
 */
export function pagePathOf(url: string): string | null {
  return isOwnUrl(url) ? new URL(url).pathname || '/' : null
}

export async function answer(files: PageFiles, request: { readonly url: string; readonly method: string }): Promise<Response> {
  const path = pagePathOf(request.url)
  if (path === null || request.method !== 'GET') return refuse(403)
  const nonce = freshNonce()
  const file = path === '/' ? await files.page(nonce) : await files.file(path)
  return file === null ? refuse(404) : deliver(file, nonce)
}

function deliver(file: PageFile, nonce: string): Response {
  return new Response(file.body, {
    headers: { ...headers, 'Content-Type': file.contentType, 'Content-Security-Policy': cspFor({ nonce, origin: APP_ORIGIN }) },
  })
}

function refuse(status: 403 | 404): Response {
  return new Response(null, { status, headers })
}

const headers = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const
