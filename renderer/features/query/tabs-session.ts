/** What a reload of this window should find again, and a new window should not: which tab was in front, and which may change data. */

export interface TabsSession {
  readonly activeId: string | null
  /** Tabs that this window has shown. */
  readonly seen: readonly string[]
  /** Tabs whose read-only switch is off. */
  readonly writable: readonly string[]
}

const ITEM = 'plumbline.query-tabs'
const NONE: TabsSession = { activeId: null, seen: [], writable: [] }

export function readSession(): TabsSession {
  const text = sessionStorage.getItem(ITEM)
  if (text === null) return NONE
  try {
    const found: Partial<Record<keyof TabsSession, unknown>> = JSON.parse(text)
    return {
      activeId: typeof found.activeId === 'string' ? found.activeId : null,
      seen: idsOf(found.seen),
      writable: idsOf(found.writable),
    }
  } catch {
    // Not what we wrote: begin as in a new window.
    return NONE
  }
}

export function writeSession(session: TabsSession): void {
  sessionStorage.setItem(ITEM, JSON.stringify(session))
}

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}
