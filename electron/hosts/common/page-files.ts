import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/**
 * The built page. SECURITY: a request path is looked up in a list made from the build's folder and never becomes a path
 * on disk itself, so that no spelling of `..` can leave the folder.
 */

export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

export interface PageFilesOptions {
  /** Makes the list again for each page load, for development. */
  readonly live?: boolean
}

export class PageFiles {
  readonly #folder: string
  readonly #live: boolean
  #files: ReadonlyMap<string, string>

  /** `folder`: what Vite wrote. Throws when there is no index.html in it. */
  constructor(folder: string, options: PageFilesOptions = {}) {
    this.#folder = folder
    this.#live = options.live ?? false
    if (!existsSync(join(folder, 'index.html')))
      throw new Error(`The page is not built yet: ${folder} has no index.html. Run "npm run build".`)
    this.#files = listFiles(folder)
  }

  /** Request paths that exist beside `/`, for example `/assets/index-1a2b.js`. */
  get paths(): readonly string[] {
    return [...this.#files.keys()]
  }

  /** index.html with each `__NONCE__` replaced. */
  async page(nonce: string): Promise<PageFile> {
    if (this.#live) this.#files = listFiles(this.#folder)
    const template = await readFile(join(this.#folder, 'index.html'), 'utf8')
    return { body: new TextEncoder().encode(template.replaceAll('__NONCE__', nonce)), contentType: 'text/html; charset=utf-8' }
  }

  /** `path`: exactly as the request has it, undecoded. null: not a file of the page. */
  async file(path: string): Promise<PageFile | null> {
    const file = this.#files.get(path)
    if (file === undefined) return null
    return { body: new Uint8Array(await readFile(file)), contentType: contentTypes[extname(file)] ?? 'application/octet-stream' }
  }
}

export function freshNonce(): string {
  return randomBytes(18).toString('base64url')
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** Ordinary files only: no links, nothing whose name begins with a dot, no source maps, and not the template itself. */
function listFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const parts = relative(folder, file).split(sep)
    const hidden = parts.some((part) => part.startsWith('.'))
    if (!entry.isFile() || hidden || entry.name.endsWith('.map') || parts.join('/') === 'index.html') continue
    files.set(`/${parts.map(encodeURIComponent).join('/')}`, file)
  }
  return files
}
