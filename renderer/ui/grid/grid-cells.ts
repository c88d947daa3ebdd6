import { startOf, widthOf } from './column-layout.ts'
import styles from './data-grid.module.css'
import type { GridScene } from './grid-scene.ts'
import { cellOf, type GridMark } from './grid-types.ts'
import { Recycled } from './recycled.ts'
import type { CachedRow } from './window-cache.ts'

/** One row in sight: its number, the columns that stay at the left, and the others, which move sideways under them. */
export class RowView {
  readonly element = part('row', styles.row)
  readonly #number = part('rowheader', styles.number)
  readonly #frozen = part('none', styles.frozen)
  readonly #moving = part('none', styles.moving)
  readonly #text = document.createTextNode('')
  readonly #frozenCells = new Recycled<CellView>(this.#frozen, () => new CellView())
  readonly #movingCells = new Recycled<CellView>(this.#moving, () => new CellView())
  #index = -1
  #top = Number.NaN
  #left = Number.NaN
  #within = false
  #gutter = 0
  #frozenWidth = 0

  constructor() {
    this.#number.append(this.#text)
    this.#number.setAttribute('aria-colindex', '1')
    this.#frozen.append(this.#number)
    this.element.append(this.#frozen, this.#moving)
  }

  /** `top`: pixels in its parent. `left`: of the columns that are gone behind the edge. */
  draw(index: number, top: number, left: number, scene: GridScene): void {
    const { layout, range } = scene
    if (index !== this.#index) {
      this.#index = index
      this.element.dataset.row = String(index)
      this.element.setAttribute('aria-rowindex', String(index + 2))
      this.#text.data = String(index + 1)
    }
    if (top !== this.#top) {
      this.#top = top
      this.element.style.transform = `translateY(${top}px)`
    }
    if (left !== this.#left) {
      this.#left = left
      this.#moving.style.transform = `translateX(${-left}px)`
    }
    if (layout.gutter !== this.#gutter || layout.frozenWidth !== this.#frozenWidth) {
      this.#gutter = layout.gutter
      this.#frozenWidth = layout.frozenWidth
      this.#number.style.width = `${layout.gutter}px`
      this.#frozen.style.width = `${layout.frozenWidth}px`
      this.#frozen.toggleAttribute('data-pinned', layout.pinned > 0)
    }
    const within = range !== null && index >= range.top && index <= range.bottom
    if (within !== this.#within) {
      this.#within = within
      this.#number.toggleAttribute('data-within', within)
    }
    const row = scene.cache.row(index)
    this.#frozenCells.show(scene.frozen, scene.resting)
    this.#movingCells.show(scene.moving, scene.resting)
    for (const column of scene.frozen) this.#frozenCells.at(column)?.draw(index, column, row, within, scene)
    for (const column of scene.moving) this.#movingCells.at(column)?.draw(index, column, row, within, scene)
  }
}

/** A cell remembers what it shows, so that only what is another is written. */
class CellView {
  readonly element = part('gridcell', styles.cell)
  readonly #text = document.createTextNode('')
  #column = -1
  #start = Number.NaN
  #width = Number.NaN
  #align: string | undefined
  #value: string | null | undefined
  #kind: CellKind = 'text'
  #selected: boolean | null = null
  #active: boolean | null = null
  #mark: GridMark | null = null
  #hit = false

  constructor() {
    this.element.append(this.#text)
  }

  draw(index: number, column: number, row: CachedRow | null, within: boolean, { layout, columns, range, active, mark }: GridScene): void {
    if (column !== this.#column) {
      this.#column = column
      this.element.dataset.column = String(column)
      this.element.setAttribute('aria-colindex', String(column + 2))
    }
    const start = startOf(layout, column)
    if (start !== this.#start) {
      this.#start = start
      this.element.style.left = `${start}px`
    }
    const width = widthOf(layout, column)
    if (width !== this.#width) {
      this.#width = width
      this.element.style.width = `${width}px`
    }
    const align = columns[column]?.align
    if (align !== this.#align) {
      this.#align = align
      this.element.dataset.align = align ?? 'left'
    }
    const selected = within && range !== null && column >= range.left && column <= range.right
    if (selected !== this.#selected) {
      this.#selected = selected
      this.element.setAttribute('aria-selected', String(selected))
    }
    const isActive = index === active.row && column === active.column
    if (isActive !== this.#active) {
      this.#active = isActive
      this.element.tabIndex = isActive ? 0 : -1
      this.element.toggleAttribute('data-active', isActive)
    }
    this.#write(row, cellOf(columns, column), mark)
  }

  #write(row: CachedRow | null, cell: number, mark: GridMark | null): void {
    const value = row === null ? undefined : (row.cells[cell] ?? null)
    const kind = row === null ? 'pending' : value === null ? 'null' : row.clipped.includes(cell) ? 'cut' : 'text'
    if (kind !== this.#kind) {
      this.#kind = kind
      this.element.dataset.kind = kind
      if (kind === 'cut') this.element.title = 'There is more: press Enter or double-click to read it all'
      else this.element.removeAttribute('title')
    }
    if (value === this.#value && mark === this.#mark) return
    if (value !== this.#value) this.#text.data = value === undefined ? '' : value === null ? '[null]' : oneLine(value)
    this.#value = value
    this.#mark = mark
    const hit = mark !== null && value != null && holds(value, mark)
    if (hit === this.#hit) return
    this.#hit = hit
    this.element.toggleAttribute('data-hit', hit)
  }
}

/** `pending`: on its way; `cut`: there is more than is shown. */
type CellKind = 'text' | 'null' | 'cut' | 'pending'

function part(role: string, className: string | undefined): HTMLElement {
  const element = document.createElement('div')
  element.setAttribute('role', role)
  element.className = className ?? ''
  return element
}

function oneLine(text: string): string {
  return /[\n\r]/.test(text) ? text.replace(/\r?\n|\r/g, '↵') : text
}

function holds(text: string, { text: wanted, matchCase }: GridMark): boolean {
  return matchCase ? text.includes(wanted) : text.toLowerCase().includes(wanted.toLowerCase())
}
