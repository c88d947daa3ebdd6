import { ActionIcon, Menu, Text, Tooltip } from '@mantine/core'
import { IconBolt } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import type { QueryMacro } from '#shared/model/query-macro.ts'
import { MacroDialog } from './macro-dialog.tsx'
import styles from './menus.module.css'

export function useMacros(): readonly QueryMacro[] {
  return useQuery(queries.query.macros.list.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY })).data ?? []
}

/** The person's own statements, with their keys, and where they are made. */
export function MacroMenu({ disabled, sql, onRun }: MacroMenuProps) {
  const macros = useMacros()
  const [shown, setShown] = useState<{ readonly sql: string | null } | null>(null)
  return (
    <>
      <Menu position="bottom-start" shadow="sm" width={280}>
        <Menu.Target>
          <Tooltip label="Macros">
            <ActionIcon aria-label="Macros">
              <IconBolt size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setShown({ sql: null })}>Manage macros</Menu.Item>
          <Menu.Item onClick={() => setShown({ sql: sql() })}>Add this text to macros</Menu.Item>
          <Menu.Divider />
          {macros.length === 0 && (
            <Text c="dimmed" size="sm" px="sm" py={4}>
              No macro yet.
            </Text>
          )}
          {macros.map((macro) => (
            <Menu.Item
              key={macro.id}
              disabled={disabled}
              rightSection={macro.shortcut === null ? undefined : <kbd className={styles.keys}>{macro.shortcut}</kbd>}
              onClick={() => onRun(macro)}
            >
              {macro.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <MacroDialog opened={shown !== null} start={shown?.sql ?? null} macros={macros} onClose={() => setShown(null)} />
    </>
  )
}

interface MacroMenuProps {
  /** Nothing can be run now. */
  readonly disabled: boolean
  /** The selected text, or all of it. */
  sql(): string
  onRun(macro: QueryMacro): void
}
