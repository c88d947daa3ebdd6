/** What a reload of this window should find again, and a new window should not. */

export interface TabsSession {
  readonly activeId: string | null
  /** Shown beside it. */
  readonly besideId: string | null
  /** Tabs that this window has shown. */
  readonly seen: readonly string[]
  /** Tabs that a person has set to read only. Leave to write on a production data source is not kept. */
  readonly locked: readonly string[]
}

const ITEM = 'plumbline.query-tabs'
const NONE: TabsSession = { activeId: null, besideId: null, seen: [], locked: [] }

export function readSession(): TabsSession {
  const text = sessionStorage.getItem(ITEM)
  if (text === null) return NONE
  try {
    const found: Partial<Record<keyof TabsSession, unknown>> = JSON.parse(text)
    return {
      activeId: typeof found.activeId === 'string' ? found.activeId : null,
      besideId: typeof found.besideId === 'string' ? found.besideId : null,
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

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}
