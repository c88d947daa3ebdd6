import type { ColumnWindow } from './column-layout.ts'
import { RowView } from './grid-cells.ts'
import type { GridContent, GridScene } from './grid-scene.ts'
import type { GridPlace } from './grid-types.ts'
import type { GridView } from './grid-view.ts'
import { Recycled } from './recycled.ts'

/** Rows asked for beyond the edges, so that a slow scroll never waits for one. */
const BEYOND = 20
/** A browser places elements exactly within some millions of pixels only. */
const MOST_FROM_BASE = 10_000

/**
 * Draws the rows in sight into `parent`, without React: a frame of a scroll has time for the few texts that are new in it and
 * for little else (query-tools.md 5c).
 */
export class GridRows {
  readonly #parent: HTMLElement
  readonly #view: GridView
  readonly #rowHeight: number
  readonly #rows: Recycled<RowView>
  #content: GridContent | null = null
  #columns: ColumnWindow | null = null
  #frozen: readonly number[] = []
  #moving: readonly number[] = []
  /** The row that stands at the top of `parent`. */
  #base = 0

  constructor(parent: HTMLElement, view: GridView, rowHeight: number) {
    this.#parent = parent
    this.#view = view
    this.#rowHeight = rowHeight
    this.#rows = new Recycled(parent, () => new RowView())
  }

  show(content: GridContent): void {
    this.#content = content
    this.#columns = null
    this.draw()
  }

  readonly draw = (): void => {
    if (this.#content === null) return
    const { active, rowCount, cache } = this.#content
    const { from, to } = this.#view.rows
    const { offset, left, resting } = this.#view
    cache.want(Math.max(0, from - BEYOND), Math.max(to + BEYOND, 2 * BEYOND), rowCount)
    if (Math.abs(from - this.#base) > MOST_FROM_BASE) this.#base = from
    this.#chooseColumns(this.#content)
    const scene: GridScene = { ...this.#content, frozen: this.#frozen, moving: this.#moving, resting }
    const hadFocus = this.#parent.contains(document.activeElement)
    const rows = withPlace(from, to, active.row, 0, rowCount)
    this.#rows.show(rows, resting)
    for (const index of rows) {
      // The active row is out of sight just beyond the edge.
      const at = Math.max(from - 2, Math.min(to + 1, index)) - this.#base
      this.#rows.at(index)?.draw(index, at * this.#rowHeight, left, scene)
    }
    this.#parent.style.transform = `translateY(${this.#base * this.#rowHeight - offset}px)`
    if (hadFocus && !this.#parent.contains(document.activeElement)) this.focus(active)
  }

  dispose(): void {
    this.#content = null
    this.#parent.replaceChildren()
  }

  focus({ row, column }: GridPlace): void {
    this.#parent.querySelector<HTMLElement>(`[data-row="${row}"] [data-column="${column}"]`)?.focus({ preventScroll: true })
  }

  #chooseColumns({ layout, active, columns }: GridContent): void {
    const window = this.#view.columns()
    if (window === this.#columns) return
    this.#columns = window
    this.#frozen = withPlace(0, layout.pinned, -1, 0, layout.pinned)
    this.#moving = withPlace(window.from, window.to, active.column, layout.pinned, columns.length)
  }
}

/** From, and before to, and one more wherever it is, if it is one of those from `least` to before `count`. */
export function withPlace(from: number, to: number, place: number, least: number, count: number): readonly number[] {
  const places: number[] = []
  const within = place >= least && place < count
  if (within && place < from) places.push(place)
  for (let index = from; index < to; index += 1) places.push(index)
  if (within && place >= to) places.push(place)
  return places
}
