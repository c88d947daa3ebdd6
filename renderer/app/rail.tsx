import { UnstyledButton } from '@mantine/core'
import {
  IconChecklist,
  IconDatabase,
  IconHome,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSettings,
  IconTable,
  IconTerminal2,
} from '@tabler/icons-react'
import { usePreferences } from '#api/preferences.ts'
import { formatRoute, type PageName, type Route, useRoute } from '#api/route.ts'
import styles from './rail.module.css'

/** The places of the app, in the rail and in the command palette. `holds`: the screens that belong to it. */
export const places: readonly Place[] = [
  { label: 'Home', icon: IconHome, to: { page: 'home' }, holds: ['home', 'setup'] },
  { label: 'Data assets', icon: IconTable, to: { page: 'assets' }, holds: ['assets', 'asset'] },
  { label: 'Query', icon: IconTerminal2, to: { page: 'query', source: null }, holds: ['query'] },
  { label: 'Runs', icon: IconChecklist, to: { page: 'runs' }, holds: ['runs', 'run'] },
  { label: 'Data sources', icon: IconDatabase, to: { page: 'data-sources' }, holds: ['data-sources', 'data-source'] },
  { label: 'Settings', icon: IconSettings, to: { page: 'settings' }, holds: ['settings'] },
]

export interface Place {
  readonly label: string
  readonly icon: typeof IconHome
  readonly to: Route
  readonly holds: readonly PageName[]
}

export function Rail() {
  const { page } = useRoute()
  const { preferences, change } = usePreferences()
  const collapsed = preferences.railCollapsed
  const CollapseIcon = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className={styles.rail} aria-label="Main" data-collapsed={collapsed || undefined}>
      <ul className={styles.places}>
        {places.map(({ label, icon: Icon, to, holds }) => (
          <li key={label}>
            <a
              className={styles.place}
              href={formatRoute(to)}
              aria-current={holds.includes(page) ? 'page' : undefined}
              title={collapsed ? label : undefined}
            >
              <Icon size={18} stroke={1.6} aria-hidden />
              <span className={styles.label}>{label}</span>
            </a>
          </li>
        ))}
      </ul>
      <UnstyledButton
        className={styles.place}
        onClick={() => change({ railCollapsed: !collapsed })}
        aria-expanded={!collapsed}
        title={collapsed ? 'Widen the navigation' : undefined}
      >
        <CollapseIcon size={18} stroke={1.6} aria-hidden />
        <span className={styles.label}>{collapsed ? 'Widen' : 'Narrow'}</span>
      </UnstyledButton>
    </nav>
  )
}
