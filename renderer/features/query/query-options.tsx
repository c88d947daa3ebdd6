import { ActionIcon, Popover, Select, Stack, Switch, Tooltip } from '@mantine/core'
import { IconAdjustments } from '@tabler/icons-react'
import { usePreferences } from '#api/preferences.ts'
import { Isolation } from '#shared/model/query.ts'
import type { QueryTab } from './query-tabs.ts'
import { queryTabs } from './use-query-tabs.ts'

/** How scripts run: pgAdmin's execute options, and what it lacks. All but autocommit are remembered. */
export function QueryOptions({
  tab,
  locked,
}: {
  readonly tab: QueryTab /** A transaction is open, or something runs. */
  readonly locked: boolean
}) {
  const { preferences, change } = usePreferences()
  const options = preferences.queryOptions
  const set = (part: Partial<typeof options>) => change({ queryOptions: { ...options, ...part } })
  const begins = !tab.autocommit || options.oneTransaction
  return (
    <Popover position="bottom-start" shadow="sm" width={360} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label="How scripts run (Alt+Shift+X)">
          <ActionIcon aria-label="How scripts run" aria-keyshortcuts="Alt+Shift+X" data-query-options disabled={locked}>
            <IconAdjustments size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Switch
            label="Autocommit"
            description="On: each statement commits by itself. Off: the first one begins a transaction, which waits for Commit or Rollback."
            checked={tab.autocommit}
            onChange={(event) => queryTabs.change(tab.id, { autocommit: event.currentTarget.checked })}
          />
          <Switch
            label="Auto rollback on error"
            description="With autocommit off, a statement that fails takes its whole transaction back."
            checked={options.rollbackOnError}
            disabled={tab.autocommit}
            onChange={(event) => set({ rollbackOnError: event.currentTarget.checked })}
          />
          <Switch
            label="Run as one transaction"
            description="With autocommit on, a script is kept whole or not at all."
            checked={options.oneTransaction}
            disabled={!tab.autocommit}
            onChange={(event) => set({ oneTransaction: event.currentTarget.checked })}
          />
          <Switch
            label="Go on after an error"
            description="Where each statement commits by itself, those after a failed one run as well."
            checked={options.afterError === 'go-on'}
            disabled={begins}
            onChange={(event) => set({ afterError: event.currentTarget.checked ? 'go-on' : 'stop' })}
          />
          <Switch
            label="Ask for parameters"
            description="Before a text with :name or $1 runs. Off: it is sent as it is."
            checked={preferences.queryEditor.parameters}
            onChange={(event) => change({ queryEditor: { ...preferences.queryEditor, parameters: event.currentTarget.checked } })}
          />
          <Select
            label="Isolation level"
            description="Of the transactions that are begun here."
            data={Isolation.options.map((value) => ({ value, label: value === 'default' ? "The server's own" : value }))}
            value={options.isolation}
            disabled={!begins}
            onChange={(value) => set({ isolation: Isolation.parse(value) })}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
