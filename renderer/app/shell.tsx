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

/** The window: rail, top bar, the screen of the current address, status bar. */
export function Shell() {
  const route = useRoute()
  const { preferences } = usePreferences()
  const screen = screenOf(route)
  const main = useRef<HTMLElement>(null)
  const shown = useRef(route.page)

  useEffect(() => {
    document.title = `${screen.title} · Plumbline`
    if (shown.current === route.page) return
    shown.current = route.page
    // A new screen begins at its top, for eyes and for screen readers alike.
    main.current?.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [route.page, screen.title])

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
