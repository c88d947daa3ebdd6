import { type MouseEvent, Suspense, useEffect, useRef } from 'react'
import { usePreferences } from '#api/preferences.ts'
import { formatRoute, useRoute } from '#api/route.ts'
import { Loading } from '#ui/loading.tsx'
import { CommandPalette } from './command-palette.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Notices } from './notices.tsx'
import { Rail } from './rail.tsx'
import { screenOf, showRoute } from './routes.tsx'
import styles from './shell.module.css'
import { StatusBar } from './status-bar.tsx'
import { TopBar } from './top-bar.tsx'
import { useWindowTitle } from './window-title.ts'

/** The window: rail, top bar, the screen of the current address, status bar. */
export function Shell() {
  const route = useRoute()
  const { preferences } = usePreferences()
  const screen = screenOf(route)
  const main = useRef<HTMLElement>(null)
  // The same screen of another thing is another screen; a tab of it is not.
  const place = 'id' in route ? `${route.page} ${route.id}` : route.page
  const shown = useRef(place)
  useWindowTitle(route, screen.title)

  useEffect(() => {
    if (shown.current === place) return
    shown.current = place
    // A new screen begins at its top, for eyes and for screen readers alike.
    main.current?.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [place])

  const skip = (event: MouseEvent) => {
    event.preventDefault()
    main.current?.focus()
  }

  return (
    <div className={styles.shell} data-collapsed={preferences.railCollapsed || undefined}>
      <TopBar>
        <a className={styles.skip} href={formatRoute(route)} onClick={skip}>
          Skip to content
        </a>
      </TopBar>
      <Rail />
      <main ref={main} className={styles.main} tabIndex={-1} data-bleed={screen.bleed || undefined}>
        {screen.bleed !== true && <Notices />}
        <ErrorBoundary screen={formatRoute(route)}>
          <Suspense fallback={<Loading />}>{showRoute(route)}</Suspense>
        </ErrorBoundary>
      </main>
      <StatusBar />
      <CommandPalette />
    </div>
  )
}
