import { useComputedColorScheme } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense, useCallback, useState } from 'react'
import styles from './command-palette.module.css'
import { useCommands } from './commands.tsx'
import { rankCommands } from './rank-commands.ts'

const ShortcutDialog = lazy(async () => ({ default: (await import('#features/query/shortcut-sheet.tsx')).ShortcutDialog }))

/** Ctrl/Cmd+K: every place, asset and data source, and what can be done from anywhere. */
export function CommandPalette() {
  /** null: not asked for yet, and not loaded. */
  const [help, setHelp] = useState<boolean | null>(null)
  const scheme = useComputedColorScheme('light')
  const groups = useCommands(
    scheme,
    useCallback(() => setHelp(true), []),
  )
  return (
    <>
      <Spotlight
        actions={[...groups]}
        filter={rankCommands}
        shortcut="mod + K"
        limit={40}
        scrollable
        maxHeight={420}
        nothingFound="Nothing is called that"
        highlightQuery
        overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
        attributes={{ content: { 'aria-label': 'Search or run a command' } }}
        classNames={{
          actionsGroup: styles.group ?? '',
          actionDescription: styles.description ?? '',
          actionSection: styles.section ?? '',
        }}
        searchProps={{
          leftSection: <IconSearch size={16} aria-hidden />,
          placeholder: 'Search or run a command',
          'aria-label': 'Search or run a command',
        }}
      />
      {help !== null && (
        <Suspense>
          <ShortcutDialog opened={help} onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </>
  )
}
