import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './page-header.module.css'

/** The head of every screen: its one h1, a line about it, and what can be done. */
export function PageHeader({ title, about, actions, above }: PageHeaderProps) {
  return (
    <header className={styles.header}>
      {above}
      <Group justify="space-between" align="flex-start" gap="md" wrap="wrap">
        <div className={styles.words}>
          <Title order={1} tabIndex={-1} data-page-title>
            {title}
          </Title>
          {about !== undefined && (
            <Text component="div" c="dimmed">
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
    </header>
  )
}

interface PageHeaderProps {
  readonly title: ReactNode
  readonly about?: ReactNode
  readonly actions?: ReactNode
  /** Stands over the title, for example the way back. */
  readonly above?: ReactNode
}
