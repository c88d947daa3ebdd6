/** What a key does in a list to select from, by ARIA's pattern of a listbox with several selections. Pure. */

export type ListMove =
  /** The active row becomes this one. `range`: all from the anchor to it are given the anchor's state. */
  | { readonly kind: 'move'; readonly to: number; readonly range: boolean }
  | { readonly kind: 'toggle' }
  /** All from the anchor to the active row. */
  | { readonly kind: 'range' }
  | { readonly kind: 'all' }
  | { readonly kind: 'unfold' }
  | { readonly kind: 'fold' }
  | { readonly kind: 'submit' }

export interface ListKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** @param page rows that are seen at once. null: not a key of the list. */
export function listMove(event: ListKey, active: number, count: number, page: number): ListMove | null {
  if (event.altKey) return null
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === 'a') return { kind: 'all' }
    if (!event.shiftKey || (event.key !== 'Home' && event.key !== 'End')) return null
  }
  const target = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  }[event.key]
  if (target !== undefined) return { kind: 'move', to: Math.max(0, Math.min(count - 1, target)), range: event.shiftKey }
  if (event.key === ' ') return { kind: event.shiftKey ? 'range' : 'toggle' }
  if (event.key === 'ArrowRight') return { kind: 'unfold' }
  if (event.key === 'ArrowLeft') return { kind: 'fold' }
  return event.key === 'Enter' ? { kind: 'submit' } : null
}
