import { Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { DefinitionList } from './definition-list.tsx'
import styles from './states.module.css'

/** What went wrong, what to do about it, and the buttons that do it. Features use Problem of parts, which fills it in from an error. */
export function ErrorState({ title, sentence, remedy, facts = [], actions }: ErrorStateProps) {
  return (
    <div className={styles.error} role="alert">
      <IconAlertTriangle size={18} aria-hidden className={styles.icon} />
      <div className={styles.body}>
        <strong>{title}</strong>
        {sentence !== undefined && (
          <Text component="p" m={0}>
            {sentence}
          </Text>
        )}
        {remedy != null && (
          <Text component="p" m={0} c="dimmed">
            {remedy}
          </Text>
        )}
        {facts.length > 0 && <DefinitionList items={facts.map(({ label, value }) => ({ term: label, value }))} />}
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}

interface ErrorStateProps {
  readonly title: string
  /** Left out where what stands among the actions says it. */
  readonly sentence?: string
  readonly remedy?: string | null
  readonly facts?: readonly { readonly label: string; readonly value: string }[]
  readonly actions?: ReactNode
}
