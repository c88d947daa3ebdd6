/** Which tab is in front, and which stands beside it. Pure. */

export interface TabPanes {
  /** The one that keys are for; null: there is no tab. */
  readonly activeId: string | null
  /** The other one that is in sight; null: none. */
  readonly besideId: string | null
  /** Where the active one stands, when there are two. */
  readonly activeSide: 'left' | 'right'
}

export type PanePlace = 'alone' | 'left' | 'right'

/** null: out of sight. */
export function placeOfTab({ activeId, besideId, activeSide }: TabPanes, id: string): PanePlace | null {
  if (id === activeId) return besideId === null ? 'alone' : activeSide
  return id === besideId ? otherSide(activeSide) : null
}

/** null: one stands alone. */
export function pairOf({ activeId, besideId, activeSide }: TabPanes): { readonly left: string; readonly right: string } | null {
  if (activeId === null || besideId === null) return null
  return activeSide === 'left' ? { left: activeId, right: besideId } : { left: besideId, right: activeId }
}

/** One that is in sight keeps its place; another one comes where the active one was. */
export function withActive(panes: TabPanes, id: string): TabPanes {
  if (id !== panes.besideId) return { ...panes, activeId: id }
  return { activeId: id, besideId: panes.activeId, activeSide: otherSide(panes.activeSide) }
}

/** Two side by side, or one alone again. `ids`: of all tabs, of which the one behind the active one comes beside it; with no other, `makeTab` gives one. */
export function withSplitToggled(panes: TabPanes, ids: readonly string[], makeTab: () => string): TabPanes {
  if (panes.besideId !== null) return { ...panes, besideId: null, activeSide: 'left' }
  if (panes.activeId === null) return panes
  const at = ids.indexOf(panes.activeId)
  const other = ids[at + 1] ?? ids[at - 1]
  return { ...panes, besideId: other ?? makeTab(), activeSide: 'left' }
}

/** `next`: what comes in place of a closed active one that stood alone. */
export function withoutTab(panes: TabPanes, id: string, next: string | null): TabPanes {
  if (id === panes.besideId) return { ...panes, besideId: null, activeSide: 'left' }
  if (id !== panes.activeId) return panes
  return { activeId: panes.besideId ?? next, besideId: null, activeSide: 'left' }
}

function otherSide(side: 'left' | 'right'): 'left' | 'right' {
  return side === 'left' ? 'right' : 'left'
}
