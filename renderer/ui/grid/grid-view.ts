import { type ColumnLayout, type ColumnWindow, columnsInSight, layoutOf, leftShowing } from './column-layout.ts'
import { offsetShowing, type RowPlace, type RowScroll, rowsInSight, scaledHeight, scrolled, settled } from './row-scroll.ts'

/** The bar has come to rest. */
const REST_MS = 150

/**
 * Which rows and columns of a table are in sight. Held outside of React, since it changes with every frame of a scroll: who
 * draws listens, and reads it. Nothing in here asks the browser for a layout while it scrolls.
 */
export class GridView {
  readonly #rowHeight: number
  readonly #headHeight: number
  readonly #listeners = new Set<() => void>()
  #box: HTMLElement | null = null
  #size = { width: 0, height: 0 }
  #rowCount = 0
  #layout = layoutOf([], 0, 0)
  #place: RowPlace = { scrollTop: 0, offset: 0 }
  #left = 0
  #columns: ColumnWindow = { from: 0, to: 0 }
  /** As many as were in sight at once since they stand as they do. */
  #mostColumns = 0
  #resting = true
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(rowHeight: number, headHeight: number) {
    this.#rowHeight = rowHeight
    this.#headHeight = headHeight
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The same object while they are the same columns. */
  readonly columns = (): ColumnWindow => this.#columns

  get rows(): { readonly from: number; readonly to: number } {
    return rowsInSight(this.#place.offset, this.#scroll(), 0)
  }

  /** Pixels of rows above the first in sight, and of columns before it. */
  get offset(): number {
    return this.#place.offset
  }

  get left(): number {
    return this.#left
  }

  /** false while the box is scrolled. */
  get resting(): boolean {
    return this.#resting
  }

  /** Whole rows that fit into sight. */
  get pageRows(): number {
    return Math.max(1, Math.floor((this.#size.height - this.#headHeight) / this.#rowHeight) - 1)
  }

  /** Follows the box until the answer is called. */
  attach(box: HTMLElement): () => void {
    this.#box = box
    const measure = () => {
      this.#size = { width: box.clientWidth, height: box.clientHeight }
      this.#update()
    }
    const sizes = new ResizeObserver(measure)
    sizes.observe(box)
    measure()
    const onScroll = () => this.#follow(box)
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      this.#box = null
      sizes.disconnect()
      clearTimeout(this.#rest)
      box.removeEventListener('scroll', onScroll)
    }
  }

  show(rowCount: number, layout: ColumnLayout): void {
    if (rowCount === this.#rowCount && layout === this.#layout) return
    if (layout !== this.#layout) this.#mostColumns = 0
    this.#rowCount = rowCount
    this.#layout = layout
    // Fewer rows may be left than were scrolled past.
    this.#place = scrolled(this.#place, this.#place.scrollTop, this.#scroll())
    this.#update()
  }

  /** Brings the cell into sight, moved no more than needed; row -1: the column alone. */
  reveal(row: number, column: number): void {
    if (row >= 0) {
      const offset = offsetShowing(row, this.#place.offset, this.#scroll())
      if (offset !== null) this.#moveTo(settled(offset, this.#scroll()))
    }
    const left = leftShowing(this.#layout, column, this.#left, this.#size.width)
    if (left === null || this.#box === null) return
    this.#box.scrollLeft = left
    this.#left = this.#box.scrollLeft
    this.#update()
  }

  #follow(box: HTMLElement): void {
    const { scrollTop, scrollLeft } = box
    if (scrollTop === this.#place.scrollTop && scrollLeft === this.#left) return
    if (scrollTop !== this.#place.scrollTop) this.#place = scrolled(this.#place, scrollTop, this.#scroll())
    this.#left = scrollLeft
    this.#resting = false
    this.#update()
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#settle(), REST_MS)
  }

  #settle(): void {
    this.#resting = true
    const scroll = this.#scroll()
    if (scroll.rowCount * scroll.rowHeight > scaledHeight(scroll)) this.#moveTo(settled(this.#place.offset, scroll))
    else this.#update()
  }

  #moveTo(next: RowPlace): void {
    if (this.#box === null) return
    this.#box.scrollTop = next.scrollTop
    // The box rounds, and the event that follows must find no way gone.
    this.#place = { ...next, scrollTop: this.#box.scrollTop }
    this.#update()
  }

  #update(): void {
    const { from, to } = columnsInSight(this.#layout, this.#left, this.#size.width)
    this.#mostColumns = Math.max(this.#mostColumns, to - from)
    // Always as many, so that none is made and dropped again by turns.
    const next = { from, to: Math.min(this.#layout.starts.length - 1, from + this.#mostColumns) }
    if (next.from !== this.#columns.from || next.to !== this.#columns.to) this.#columns = next
    for (const listener of [...this.#listeners]) listener()
  }

  #scroll(): RowScroll {
    return { rowCount: this.#rowCount, rowHeight: this.#rowHeight, viewHeight: Math.max(0, this.#size.height - this.#headHeight) }
  }
}
