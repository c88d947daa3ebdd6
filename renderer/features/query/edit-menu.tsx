import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconEdit } from '@tabler/icons-react'
import type { EditorCommand } from '#ui/sql-editor/editor-commands.ts'
import styles from './menus.module.css'

/** What can be done with the text, and the key of each. */
export function EditMenu({ empty, onCommand }: { readonly empty: boolean; onCommand(command: EditorCommand): void }) {
  return (
    <Menu position="bottom-start" shadow="sm" width={300} returnFocus={false}>
      <Menu.Target>
        <Tooltip label="Edit (Alt+Shift+N)">
          <ActionIcon aria-label="Edit" aria-keyshortcuts="Alt+Shift+N" data-edit-menu>
            <IconEdit size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map((group, index) => [
          index > 0 && <Menu.Divider key={`line before ${group[0]?.command}`} />,
          group.map(({ command, label, keys }) => (
            <Menu.Item
              key={command}
              disabled={empty && command !== 'undo' && command !== 'complete'}
              rightSection={<kbd className={styles.keys}>{keys}</kbd>}
              onClick={() => onCommand(command)}
            >
              {label}
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  )
}

const groups: readonly (readonly { readonly command: EditorCommand; readonly label: string; readonly keys: string }[])[] = [
  [
    { command: 'undo', label: 'Undo', keys: 'Ctrl+Z' },
    { command: 'redo', label: 'Redo', keys: 'Ctrl+Y' },
  ],
  [
    { command: 'find', label: 'Find', keys: 'Ctrl+F' },
    { command: 'replace', label: 'Replace', keys: 'Ctrl+Shift+F' },
    { command: 'go-to-line', label: 'Go to line', keys: 'Ctrl+L' },
  ],
  [
    { command: 'indent', label: 'Indent', keys: 'Tab' },
    { command: 'unindent', label: 'Unindent', keys: 'Shift+Tab' },
    { command: 'toggle-comment', label: 'Toggle comment', keys: 'Ctrl+/' },
    { command: 'toggle-case', label: 'Toggle case', keys: 'Ctrl+Shift+U' },
    { command: 'format', label: 'Format', keys: 'Ctrl+K' },
    { command: 'clear', label: 'Clear', keys: 'Ctrl+Alt+L' },
  ],
  [
    { command: 'caret-above', label: 'Add a caret above', keys: 'Ctrl+Alt+Up' },
    { command: 'caret-below', label: 'Add a caret below', keys: 'Ctrl+Alt+Down' },
    { command: 'next-occurrence', label: 'Select the next occurrence', keys: 'Ctrl+D' },
    { command: 'complete', label: 'Complete', keys: 'Ctrl+Space' },
  ],
]
