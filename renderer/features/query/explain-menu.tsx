import { ActionIcon, Menu, Radio, Tooltip } from '@mantine/core'
import { IconCheck, IconChevronDown, IconReportAnalytics } from '@tabler/icons-react'
import { usePreferences } from '#api/preferences.ts'
import { ExplainOptions } from '#shared/model/query.ts'
import styles from './menus.module.css'

/** Explain, and what it is to say: pgAdmin's options, remembered. */
export function ExplainMenu({ disabled, onExplain }: ExplainMenuProps) {
  const { preferences, change } = usePreferences()
  const { explain } = preferences.queryEditor
  const set = (part: Partial<ExplainOptions>) => change({ queryEditor: { ...preferences.queryEditor, explain: { ...explain, ...part } } })
  return (
    <span className={styles.pair}>
      <Tooltip label="Explain (F7)">
        <ActionIcon aria-label="Explain" aria-keyshortcuts="F7" disabled={disabled} onClick={() => onExplain(false)}>
          <IconReportAnalytics size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-start" shadow="sm" width={300} closeOnItemClick={false}>
        <Menu.Target>
          <Tooltip label="Explain options">
            <ActionIcon aria-label="Explain options" className={styles.half}>
              <IconChevronDown size={12} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            closeMenuOnClick
            disabled={disabled}
            rightSection={<kbd className={styles.keys}>F7</kbd>}
            onClick={() => onExplain(false)}
          >
            Explain
          </Menu.Item>
          <Menu.Item
            closeMenuOnClick
            disabled={disabled}
            rightSection={<kbd className={styles.keys}>Shift+F7</kbd>}
            onClick={() => onExplain(true)}
          >
            Explain analyze
          </Menu.Item>
          <Menu.Divider />
          {switches.map(({ name, label, note }) => (
            <Menu.Item
              key={name}
              role="menuitemcheckbox"
              aria-checked={explain[name]}
              leftSection={<span className={styles.checkPlace}>{explain[name] && <IconCheck size={14} aria-hidden />}</span>}
              rightSection={note === undefined ? undefined : <span className={styles.quiet}>{note}</span>}
              onClick={() => set({ [name]: !explain[name] })}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Label>Serialize: what sending the rows costs (17 and newer)</Menu.Label>
          <Radio.Group
            aria-label="Serialize"
            value={explain.serialize}
            onChange={(value) => set({ serialize: ExplainOptions.shape.serialize.parse(value) })}
            className={styles.menuChoice}
          >
            <Radio value="none" label="None" />
            <Radio value="text" label="Text" />
            <Radio value="binary" label="Binary" />
          </Radio.Group>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}

interface ExplainMenuProps {
  readonly disabled: boolean
  onExplain(analyze: boolean): void
}

const switches: readonly { readonly name: Exclude<keyof ExplainOptions, 'serialize'>; readonly label: string; readonly note?: string }[] = [
  { name: 'buffers', label: 'Buffers', note: 'analyze' },
  { name: 'costs', label: 'Costs' },
  { name: 'genericPlan', label: 'Generic plan', note: 'without analyze, 16+' },
  { name: 'memory', label: 'Memory', note: '17+' },
  { name: 'settings', label: 'Settings' },
  { name: 'summary', label: 'Summary' },
  { name: 'timing', label: 'Timing', note: 'analyze' },
  { name: 'verbose', label: 'Verbose' },
  { name: 'wal', label: 'WAL', note: 'analyze' },
]
