import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FileSaver, FileSink } from '#services/platform.ts'
import { AppError, cancelled } from '#shared/contract/errors.ts'

/**
 * Files on their way to the browser's own downloads. The page hears of each by its socket, and sends the browser for it: a link carries no
 * token, so each has a ticket in its address that works once, for a minute, for this one file.
 */

export const DOWNLOAD_PATH = '/download/'
/** A browser may ask the person first whether a page may download more than one file. */
export const DOWNLOAD_LIFETIME_MS = 60_000
const MAX_WAITING = 20

export class Downloads implements FileSaver {
  readonly #waiting = new Set<Waiting>()

  /** The page hears of it with the first bytes: where there are none, the browser never begins a file. */
  async open(name: string, { signal, announce }: Parameters<FileSaver['open']>[1]): Promise<FileSink> {
    return new Download(name, (left) => this.#fetched(AbortSignal.any([signal, left]), announce))
  }

  async #fetched(signal: AbortSignal, announce: (path: string) => void): Promise<ServerResponse> {
    if (signal.aborted) throw cancelled()
    if (this.#waiting.size >= MAX_WAITING) throw new AppError('BUSY', 'Too many files wait for the browser.', {})
    const ticket = randomBytes(32).toString('base64url')
    const { promise, resolve, reject } = Promise.withResolvers<ServerResponse>()
    const waiting: Waiting = { digest: digestOf(ticket), take: resolve }
    this.#waiting.add(waiting)
    const onAbort = () => reject(cancelled())
    signal.addEventListener('abort', onAbort, { once: true })
    const timer = setTimeout(() => reject(notFetched()), DOWNLOAD_LIFETIME_MS)
    try {
      announce(`${DOWNLOAD_PATH}${ticket}`)
      return await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      this.#waiting.delete(waiting)
    }
  }

  /** false: the address is of no file, or it was fetched already. */
  answer(path: string, response: ServerResponse): boolean {
    const given = digestOf(path.slice(DOWNLOAD_PATH.length))
    let found: Waiting | null = null
    // SECURITY: every ticket is compared, each in constant time, so that the time taken says nothing.
    for (const waiting of this.#waiting) if (timingSafeEqual(waiting.digest, given)) found = waiting
    if (found === null) return false
    this.#waiting.delete(found)
    found.take(response)
    return true
  }
}

interface Waiting {
  readonly digest: Buffer
  take(response: ServerResponse): void
}

class Download implements FileSink {
  readonly #name: string
  readonly #fetch: (left: AbortSignal) => Promise<ServerResponse>
  readonly #left = new AbortController()
  #begun: Promise<Begun> | null = null

  constructor(name: string, fetch: (left: AbortSignal) => Promise<ServerResponse>) {
    this.#name = name
    this.#fetch = fetch
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { response, closed } = await this.#begin()
    const written = new Promise<void>((resolve, reject) => {
      response.write(bytes, (error) => (error ? reject(cancelled()) : resolve()))
    })
    await Promise.race([written, closed])
  }

  async finish(): Promise<void> {
    const { response, closed } = await this.#begin()
    const ended = new Promise<void>((resolve) => {
      response.end(() => resolve())
    })
    await Promise.race([ended, closed])
  }

  /** SECURITY: the connection is cut before the last chunk, so that no browser takes what came for the whole. */
  async discard(): Promise<void> {
    this.#left.abort()
    const begun = await this.#begun?.catch(() => null)
    begun?.response.destroy()
  }

  #begin(): Promise<Begun> {
    this.#begun ??= this.#fetch(this.#left.signal).then((response) => {
      response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        // RFC 6266 and 8187: a name in any alphabet, and nothing in it that could end the header.
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(this.#name).replace(/['()*]/g, percentOf)}`,
      })
      // The person stopped the download in the browser, or it went away.
      const closed = once(response, 'close').then(() => Promise.reject(cancelled()))
      closed.catch(() => {})
      return { response, closed }
    })
    return this.#begun
  }
}

interface Begun {
  readonly response: ServerResponse
  readonly closed: Promise<never>
}

function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function notFetched(): AppError<'UNAVAILABLE'> {
  return new AppError('UNAVAILABLE', 'The browser did not fetch the file within a minute. Nothing was saved.', { cause: 'not-fetched' })
}

function digestOf(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest()
}
