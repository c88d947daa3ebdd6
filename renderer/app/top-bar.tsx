import { Menu, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconCheck, IconChevronDown, IconPlus, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { formatRoute } from '#api/route.ts'
import { EnvironmentMark, environmentTitles } from '#parts/environment-mark.tsx'
import { TlsBadge } from '#parts/tls-badge.tsx'
import { useCurrentDataSource } from '#parts/use-current-data-source.ts'
import { describeTls } from '#shared/postgres/tls-policy.ts'
import styles from './top-bar.module.css'

const SEARCH_KEYS = /mac/i.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'

/** Which data source is worked with, in the colour of its environment, and the search that is also the command palette. */
export function TopBar({ children }: { readonly children: ReactNode }) {
  const { current } = useCurrentDataSource()
  return (
    <header className={styles.bar} data-environment={current?.environment ?? 'none'}>
      {children}
      <a className={styles.name} href={formatRoute({ page: 'home' })}>
        Plumbline
      </a>
      <SourceMenu />
      <UnstyledButton className={styles.search} onClick={spotlight.open} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={14} aria-hidden />
        <span>Search or run a command</span>
        <kbd>{SEARCH_KEYS}</kbd>
      </UnstyledButton>
    </header>
  )
}

function SourceMenu() {
  const { current, all, choose } = useCurrentDataSource()
  if (current === null) return null
  return (
    <Menu position="bottom-start" shadow="sm" width={280}>
      <Menu.Target>
        <UnstyledButton className={styles.source}>
          <EnvironmentMark environment={current.environment} />
          <span className="visually-hidden">Data source: </span>
          <span className={styles.sourceName}>{current.name}</span>
          {current.environment !== 'none' && <span className={styles.environment}>{environmentTitles[current.environment]}</span>}
          {describeTls(current.sslmode, current.host).tone !== 'calm' && <TlsBadge sslmode={current.sslmode} host={current.host} />}
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Data source to work with</Menu.Label>
        {all.map((source) => (
          <Menu.Item
            key={source.id}
            onClick={() => choose(source.id)}
            leftSection={<EnvironmentMark environment={source.environment} />}
            rightSection={source.id === current.id ? <IconCheck size={14} aria-label="current" /> : null}
          >
            {source.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href={formatRoute({ page: 'data-source', id: current.id })}>
          Show {current.name}
        </Menu.Item>
        <Menu.Item component="a" href={formatRoute({ page: 'setup', source: null })} leftSection={<IconPlus size={14} aria-hidden />}>
          Connect to PostgreSQL
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
