import { type KeyboardEvent, type PointerEvent, useCallback, useRef, useState } from 'react'
import { type GridExtent, move, rangeBetween } from './grid-moves.ts'
import type { GridPlace, GridRange } from './grid-types.ts'

export interface GridSelection {
  /** Where the keys start from; the cell that takes the focus. */
  readonly active: GridPlace
  /** null: nothing is selected yet. */
  readonly range: GridRange | null
  /** Counts moves by key, after which the active cell is brought into sight. */
  readonly moves: number
  /** true when the key was taken. */
  onKey(event: KeyboardEvent): boolean
  onPointerDown(event: PointerEvent): void
  selectColumn(column: number): void
  /** Makes it the active cell and brings it into sight. */
  goTo(place: GridPlace): void
}

/** The active cell and the range that reaches from the anchor to it. */
export function useGridSelection(extent: GridExtent): GridSelection {
  const [state, setState] = useState<State>(NOTHING)
  const [moves, setMoves] = useState(0)
  const dragging = useRef<number | null>(null)
  const last = { row: extent.rows - 1, column: extent.columns - 1 }

  const selectColumn = useCallback(
    (column: number) => setState({ active: { row: 0, column }, anchor: { row: last.row, column } }),
    [last.row],
  )

  const goTo = useCallback((place: GridPlace) => {
    setState({ active: place, anchor: place.row < 0 ? null : place })
    setMoves((before) => before + 1)
  }, [])

  const onKey = (event: KeyboardEvent): boolean => {
    const control = event.ctrlKey || event.metaKey
    if (event.altKey) return false
    if (control && event.key.toLowerCase() === 'a' && !event.shiftKey) {
      setState({ active: { row: 0, column: 0 }, anchor: last })
      return true
    }
    const active = move(state.active, { key: event.key, control, shift: event.shiftKey }, extent)
    if (active === null) return false
    setState({ active, anchor: event.shiftKey && state.anchor !== null ? state.anchor : active })
    setMoves((before) => before + 1)
    return true
  }

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || !(event.target instanceof Element)) return
    if (event.target.closest('[data-corner]') !== null) return setState({ active: { row: 0, column: 0 }, anchor: last })
    const place = placeOf(event.target)
    if (place === null) return
    if (place.column === null) return setState({ active: { row: place.row, column: 0 }, anchor: { row: place.row, column: last.column } })
    if (place.row < 0) return selectColumn(place.column)
    const active = { row: place.row, column: place.column }
    setState((before) => ({ active, anchor: event.shiftKey ? (before.anchor ?? before.active) : active }))
    followPointer(event.currentTarget, event.pointerId, dragging, (row, column) => {
      setState((before) => (before.active.row === row && before.active.column === column ? before : { ...before, active: { row, column } }))
    })
  }

  // There may be fewer than when it was chosen.
  const within = ({ row, column }: GridPlace): GridPlace => ({
    row: Math.min(row, Math.max(0, last.row)),
    column: Math.min(column, Math.max(0, last.column)),
  })
  const active = within(state.active)
  return {
    active,
    range: state.anchor === null || active.row < 0 ? null : rangeBetween(within(state.anchor), active),
    moves,
    onKey,
    onPointerDown,
    selectColumn,
    goTo,
  }
}

interface State {
  readonly active: GridPlace
  /** null: nothing is selected. */
  readonly anchor: GridPlace | null
}

const NOTHING: State = { active: { row: 0, column: 0 }, anchor: null }

/** Row and column of a drawn cell; column null: the row's number. */
export function placeOf(element: Element | null): { readonly row: number; readonly column: number | null } | null {
  const row = element?.closest<HTMLElement>('[data-row]')?.dataset.row
  const column = element?.closest<HTMLElement>('[data-column]')?.dataset.column
  return row === undefined ? null : { row: Number(row), column: column === undefined ? null : Number(column) }
}

/** Until the button is let go: tells the cell under the pointer, and scrolls while the pointer is beyond an edge. */
function followPointer(
  grid: Element,
  pointerId: number,
  dragging: { current: number | null },
  onPlace: (row: number, column: number) => void,
): void {
  let [x, y, frame] = [Number.NaN, Number.NaN, 0]
  const step = () => {
    const box = grid.getBoundingClientRect()
    if (dragging.current === null) return
    if (!Number.isNaN(x)) {
      const [beyondX, beyondY] = [beyond(x, box.left, box.right), beyond(y, box.top, box.bottom)]
      if (beyondX !== 0 || beyondY !== 0) grid.scrollBy(beyondX / 3, beyondY / 3)
      const inside = document.elementFromPoint(
        Math.min(box.right - 20, Math.max(box.left + 70, x)),
        Math.min(box.bottom - 20, Math.max(box.top + 44, y)),
      )
      const place = grid.contains(inside) ? placeOf(inside) : null
      if (place !== null && place.column !== null && place.row >= 0) onPlace(place.row, place.column)
    }
    frame = requestAnimationFrame(step)
  }
  const onMove = (event: globalThis.PointerEvent) => {
    if (event.pointerId === pointerId) [x, y] = [event.clientX, event.clientY]
  }
  const stop = () => {
    dragging.current = null
    cancelAnimationFrame(frame)
    window.removeEventListener('pointermove', onMove)
    window.removeEventListener('pointerup', stop)
    window.removeEventListener('pointercancel', stop)
  }
  dragging.current = pointerId
  window.addEventListener('pointermove', onMove)
  window.addEventListener('pointerup', stop)
  window.addEventListener('pointercancel', stop)
  frame = requestAnimationFrame(step)
}

function beyond(at: number, low: number, high: number): number {
  return at < low ? at - low : at > high ? at - high : 0
}
