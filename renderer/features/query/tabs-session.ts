import type { QueryPair } from '#shared/model/app.ts'
import { pairOf, type TabPanes } from './tab-panes.ts'

/** What a reload of this window should find again. A new window finds which two tabs stood side by side last, and no more of it. */

export interface TabsSession extends TabPanes {
  /** Tabs that this window has shown. */
  readonly seen: readonly string[]
  /** Tabs that a person has set to read only. Leave to write on a production data source is not kept. */
  readonly locked: readonly string[]
}

const ITEM = 'plumbline.query-tabs'
const NONE: TabsSession = { activeId: null, besideId: null, activeSide: 'left', seen: [], locked: [] }

/** `pair`: as it is kept for all windows. `ids`: of the tabs that there are. */
export function readSession(pair: QueryPair | null, ids: readonly string[]): TabsSession {
  const text = sessionStorage.getItem(ITEM)
  if (text === null) return pair === null ? NONE : sessionOfPair(pair, ids)
  try {
    const found: Partial<Record<keyof TabsSession, unknown>> = JSON.parse(text)
    return {
      activeId: typeof found.activeId === 'string' ? found.activeId : null,
      besideId: typeof found.besideId === 'string' ? found.besideId : null,
      activeSide: found.activeSide === 'right' ? 'right' : 'left',
      seen: idsOf(found.seen),
      locked: idsOf(found.locked),
    }
  } catch {
    // Not what we wrote: begin as in a new window.
    return NONE
  }
}

export function writeSession(session: TabsSession): void {
  sessionStorage.setItem(ITEM, JSON.stringify(session))
}

/** Exported for its test. One of them may be gone: a tab without a text is not kept. */
export function sessionOfPair({ left, right, tabs }: QueryPair, ids: readonly string[]): TabsSession {
  const [activeId = null, besideId = null] = [left, right].filter((id) => ids.includes(id))
  return { ...NONE, activeId, besideId, seen: tabs }
}

/** What is kept for a window to come. */
export function pairToKeep(panes: TabPanes, ids: readonly string[]): QueryPair | null {
  const pair = pairOf(panes)
  return pair === null ? null : { ...pair, tabs: ids.slice(-1_000) }
}

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}
