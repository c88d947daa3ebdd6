import type { GridWindow, LoadWindow } from './grid-types.ts'

/** Rows by pages, asked for when they come into sight and kept for a while. A fast scroll asks only for where it stops. */

export const PAGE_ROWS = 100
/** Of a very wide result, so that a page is there as soon. */
const PAGE_CELLS = 16_000
const LEAST_PAGE_ROWS = 10
/** Pages that are kept: those looked at last. The first is needed for the widths. */
const MOST_PAGES = 40
/** Under way at once: enough to fill a screen across a page's edge. */
const MOST_PENDING = 3

export interface CachedRow {
  readonly cells: readonly (string | null)[]
  /** Columns whose cell was cut. */
  readonly clipped: readonly number[]
}

interface Page {
  readonly rows: readonly CachedRow[]
  /** How many rows were asked for; a growing result asks again. */
  readonly asked: number
}

export class WindowCache {
  readonly #load: LoadWindow
  readonly #pageRows: number
  readonly #pages = new Map<number, Page>()
  readonly #pending = new Set<number>()
  readonly #listeners = new Set<() => void>()
  #wanted = { from: 0, to: 0, rowCount: 0 }
  #error: unknown = null

  /** `columnCount`: a wide row is worth many narrow ones. */
  constructor(load: LoadWindow, columnCount = 1) {
    this.#load = load
    this.#pageRows = Math.max(LEAST_PAGE_ROWS, Math.min(PAGE_ROWS, Math.floor(PAGE_CELLS / columnCount)))
  }

  /** Hears whenever something below changes. */
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** null after a success. */
  get error(): unknown {
    return this.#error
  }

  /** null while it is on its way. */
  row(index: number): CachedRow | null {
    return this.#pages.get(Math.floor(index / this.#pageRows))?.rows[index % this.#pageRows] ?? null
  }

  /** Rows `from` to before `to` are in sight, of `rowCount` that there are by now. */
  want(from: number, to: number, rowCount: number): void {
    this.#wanted = { from, to, rowCount }
    if (this.#error === null) this.#ask()
  }

  retry(): void {
    this.#error = null
    this.#ask()
    this.#tell()
  }

  #ask(): void {
    const { from, to, rowCount } = this.#wanted
    for (let page = Math.floor(from / this.#pageRows); page * this.#pageRows < Math.min(to, rowCount); page += 1) {
      const count = Math.min(this.#pageRows, rowCount - page * this.#pageRows)
      if (this.#pending.size >= MOST_PENDING) return
      if (!this.#pending.has(page) && (this.#pages.get(page)?.asked ?? 0) < count) void this.#fetch(page, count)
    }
  }

  async #fetch(page: number, count: number): Promise<void> {
    this.#pending.add(page)
    try {
      const rows = rowsOf(await this.#load(page * this.#pageRows, count, 'shown'))
      this.#keep(page, { rows, asked: count })
    } catch (error) {
      this.#error = error
    } finally {
      this.#pending.delete(page)
    }
    if (this.#error === null) this.#ask()
    this.#tell()
  }

  #keep(page: number, kept: Page): void {
    this.#pages.delete(page)
    this.#pages.set(page, kept)
    const { from, to } = this.#wanted
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) return
      const inSight = old >= Math.floor(from / this.#pageRows) && old * this.#pageRows < to
      if (old !== 0 && !inSight) this.#pages.delete(old)
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

function rowsOf(window: GridWindow): readonly CachedRow[] {
  const clipped = new Map<number, number[]>()
  for (const [row, column] of window.clipped) clipped.set(row, [...(clipped.get(row) ?? []), column])
  return window.rows.map((cells, row) => ({ cells, clipped: clipped.get(row) ?? [] }))
}
