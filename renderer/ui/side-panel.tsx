import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './side-panel.module.css'

/** Work beside a page, over it, with its own head. Escape and a click outside close it. */
export function SidePanel({ title, opened, onClose, size, children }: SidePanelProps) {
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position="right"
      size={size}
      transitionProps={{ duration: 100 }}
      classNames={{ content: styles.content ?? '', body: styles.body ?? '' }}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content>
        {/* Drawer.Header would be a second banner of the page. */}
        <div className={styles.head}>
          <Drawer.Title>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </div>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

interface SidePanelProps {
  readonly title: string
  readonly opened: boolean
  onClose(): void
  /** A CSS width, or pixels. */
  readonly size: string | number
  readonly children: ReactNode
}
