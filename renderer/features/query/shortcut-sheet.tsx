import { ActionIcon, Modal, Tooltip } from '@mantine/core'
import { IconQuestionMark } from '@tabler/icons-react'
import { useState } from 'react'
import menuStyles from './menus.module.css'
import styles from './shortcut-sheet.module.css'
import { shortcutGroups } from './shortcuts.ts'

/** The keys of the query pane, behind a question mark. */
export function ShortcutSheet() {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Tooltip label="Keyboard shortcuts">
        <ActionIcon aria-label="Keyboard shortcuts" onClick={() => setOpened(true)}>
          <IconQuestionMark size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ShortcutDialog opened={opened} onClose={() => setOpened(false)} />
    </>
  )
}

export function ShortcutDialog({ opened, onClose }: { readonly opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="60rem">
      <div className={styles.shortcuts}>
        {shortcutGroups.map(({ title, keys }) => (
          <section key={title} aria-label={title}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.list}>
              {keys.map(([combination, what]) => (
                <div key={combination}>
                  <dt>
                    {combination.split(', ').map((one) => (
                      <kbd key={one} className={menuStyles.keys}>
                        {one}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
