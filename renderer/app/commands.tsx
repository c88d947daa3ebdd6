import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight'
import { IconBolt, IconDatabase, IconPlayerPlay, IconSettings, IconTable, IconTerminal2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { queries } from '#api/client.ts'
import { usePreferences } from '#api/preferences.ts'
import { navigate, type SettingsSection, useRoute } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { useValidate } from '#parts/run-validate.ts'
import { useCurrentDataSource } from '#parts/use-current-data-source.ts'
import { relationText } from '#shared/model/data-asset.ts'
import { places } from './rail.tsx'

/** Everything that the command palette knows. `onHelp`: shows the keys. `scheme`: what is seen now. */
export function useCommands(scheme: 'light' | 'dark', onHelp: () => void): readonly SpotlightActionGroupData[] {
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))
  const { current, all: sources } = useCurrentDataSource()
  const { change } = usePreferences()
  const validate = useValidate()
  const { page } = useRoute()
  const currentId = current?.id ?? null
  return useMemo(() => {
    const other = scheme === 'dark' ? 'light' : 'dark'
    const named = assets.data ?? []
    return [
      { group: 'Query', actions: page === 'query' ? queryKeys.map(byKey) : [] },
      {
        group: 'Places',
        actions: places.map(({ label, icon: Icon, to }) => ({
          id: `place ${label}`,
          label,
          keywords: 'go to page',
          leftSection: <Icon size={16} aria-hidden />,
          onClick: () => navigate(to),
        })),
      },
      {
        group: 'Actions',
        actions: [
          { id: 'new query', label: 'New query tab', keywords: 'sql editor', onClick: () => inQuery((tabs) => tabs.openNew(currentId)) },
          {
            id: 'history',
            label: 'Open the query history',
            keywords: 'statements that were run',
            onClick: () => inQuery((tabs) => tabs.askForHistory(currentId)),
          },
          { id: 'connect', label: 'Connect to PostgreSQL', onClick: () => navigate({ page: 'setup', source: null }) },
          { id: 'keys', label: 'Keyboard shortcuts', keywords: 'help keys', onClick: onHelp },
          {
            id: 'other scheme',
            label: `Switch to the ${other} colour scheme`,
            keywords: 'toggle theme mode',
            onClick: () => change({ colorScheme: other }),
          },
          {
            id: 'auto',
            label: 'Use the colour scheme of the system',
            keywords: 'theme mode',
            onClick: () => change({ colorScheme: 'auto' }),
          },
        ].map((action) => ({ ...action, leftSection: bolt })),
      },
      {
        group: 'Data assets',
        actions: named.map((asset) => ({
          id: asset.id,
          label: asset.name,
          description: `${asset.kind === 'query' ? 'query' : `${asset.kind} ${relationText(asset)}`} in ${asset.dataSourceName}`,
          leftSection: table,
          onClick: () => navigate({ page: 'asset', id: asset.id, tab: 'overview', add: false }),
        })),
      },
      {
        group: 'Data sources',
        actions: sources.flatMap((source) => {
          const description = `${source.database} on ${source.host}`
          return [
            {
              id: source.id,
              label: source.name,
              description,
              leftSection: database,
              onClick: () => navigate({ page: 'data-source', id: source.id }),
            },
            {
              id: `query ${source.id}`,
              label: `Query ${source.name}`,
              description,
              leftSection: terminal,
              onClick: () => navigate({ page: 'query', source: source.id }),
            },
          ]
        }),
      },
      {
        group: 'Settings',
        actions: settings.map(([section, label]) => ({
          id: `settings ${section}`,
          label: `Settings: ${label}`,
          leftSection: gear,
          onClick: () => navigate({ page: 'settings', section }),
        })),
      },
      {
        group: 'Validate',
        actions: named.map((asset) => ({
          id: `validate ${asset.id}`,
          label: `Validate ${asset.name}`,
          description: `in ${asset.dataSourceName}`,
          leftSection: play,
          onClick: () => void validate([asset.id]).catch(notifyError),
        })),
      },
    ].filter(({ actions }) => actions.length > 0)
  }, [assets.data, sources, currentId, page, scheme, change, validate, onHelp])
}

type QueryTabs = typeof import('#features/query/use-query-tabs.ts')['queryTabs']

/** The query pane is loaded when it is first wanted, as everywhere. */
function inQuery(work: (tabs: QueryTabs) => Promise<void>): void {
  void import('#features/query/use-query-tabs.ts')
    .then(({ queryTabs }) => work(queryTabs))
    .then(() => navigate({ page: 'query', source: null }), notifyError)
}

/** Of the tab in front. What can be done by key is done by that key, so that nothing is decided twice. */
const queryKeys: readonly QueryKey[] = [
  { label: 'Execute', keys: 'F5', press: { key: 'F5' } },
  { label: 'Explain', keys: 'F7', press: { key: 'F7' } },
  { label: 'Cancel what runs', keys: 'Alt+Shift+C', press: { code: 'KeyC', altKey: true, shiftKey: true } },
  { label: 'Commit', keys: 'Ctrl+Shift+M', press: { code: 'KeyM', ctrlKey: true, shiftKey: true } },
  { label: 'Rollback', keys: 'Ctrl+Shift+R', press: { code: 'KeyR', ctrlKey: true, shiftKey: true } },
  { label: 'Open a file', keys: 'Ctrl+O', press: { code: 'KeyO', ctrlKey: true } },
  { label: 'Save the text as a file', keys: 'Ctrl+S', press: { code: 'KeyS', ctrlKey: true } },
  { label: 'Put two tabs side by side, or one alone again', keys: 'Ctrl+\\', press: { code: 'Backslash', ctrlKey: true } },
  { label: 'Previous tab', keys: 'Alt+Shift+[', press: { code: 'BracketLeft', altKey: true, shiftKey: true } },
  { label: 'Next tab', keys: 'Alt+Shift+]', press: { code: 'BracketRight', altKey: true, shiftKey: true } },
]

interface QueryKey {
  readonly label: string
  readonly keys: string
  readonly press: KeyboardEventInit
}

function byKey({ label, keys, press }: QueryKey): SpotlightActionData {
  return {
    id: `key ${keys}`,
    label,
    leftSection: terminal,
    rightSection: <kbd>{onThisSystem(keys)}</kbd>,
    onClick: () => window.dispatchEvent(new KeyboardEvent('keydown', { ...press, bubbles: true, cancelable: true })),
  }
}

const isMac = /mac/i.test(navigator.userAgent)

/** As the keys are called here. */
export function onThisSystem(keys: string): string {
  return isMac ? keys.replace('Ctrl+', '⌘ ') : keys
}

const settings: readonly (readonly [SettingsSection, string])[] = [
  ['looks', 'Colour scheme'],
  ['passwords', 'Passwords and keys'],
  ['data', 'Data on this computer'],
  ['backup', 'Backup and restore'],
  ['results', 'Results'],
  ['log', 'Log'],
  ['versions', 'Versions'],
]

const bolt = <IconBolt size={16} aria-hidden />
const table = <IconTable size={16} aria-hidden />
const database = <IconDatabase size={16} aria-hidden />
const terminal = <IconTerminal2 size={16} aria-hidden />
const gear = <IconSettings size={16} aria-hidden />
const play = <IconPlayerPlay size={16} aria-hidden />
