import { useEffect } from 'react'
import { queryTabs } from './use-query-tabs.ts'

/** Keys that go from tab to tab, wherever the focus is: Alt+Shift+[ and ], as in pgAdmin, Ctrl+\\ for two side by side, Alt+Shift+\\ for the other one of them. */
export function useTabKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const withAltShift = event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey
      const withControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      const { besideId } = queryTabs.state()
      if (withAltShift && event.code === 'BracketLeft') queryTabs.activateNext(-1)
      else if (withAltShift && event.code === 'BracketRight') queryTabs.activateNext(1)
      else if (withControl && event.code === 'Backslash') queryTabs.toggleSplit()
      else if (withAltShift && event.code === 'Backslash' && besideId !== null) queryTabs.activate(besideId)
      else return
      event.preventDefault()
      focusEditor()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Once the panel is in sight. */
function focusEditor(): void {
  requestAnimationFrame(() => {
    const { activeId } = queryTabs.state()
    document.querySelector<HTMLElement>(`#panel-${activeId} .cm-content`)?.focus()
  })
}
