import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconBolt, IconDatabase, IconSearch, IconTable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { queries } from '#api/client.ts'
import { usePreferences } from '#api/preferences.ts'
import { navigate } from '#api/route.ts'
import { relationText } from '#shared/model/data-asset.ts'
import styles from './command-palette.module.css'
import { places } from './rail.tsx'

/** Ctrl/Cmd+K: every place, asset and data source, and what can be done from anywhere. */
export function CommandPalette() {
  const groups = useCommands()
  return (
    <Spotlight
      actions={[...groups]}
      shortcut="mod + K"
      limit={40}
      scrollable
      maxHeight={420}
      nothingFound="Nothing is called that"
      highlightQuery
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      attributes={{ content: { 'aria-label': 'Search or run a command' } }}
      classNames={{ actionsGroup: styles.group ?? '', actionDescription: styles.description ?? '' }}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: 'Search or run a command',
        'aria-label': 'Search or run a command',
      }}
    />
  )
}

function useCommands(): readonly SpotlightActionGroupData[] {
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))
  const sources = useQuery(queries.dataSources.list.queryOptions({ input: {} }))
  const { change } = usePreferences()
  return useMemo(
    () => [
      {
        group: 'Places',
        actions: places.map(({ label, icon: Icon, to }) => ({
          id: `place ${label}`,
          label,
          leftSection: <Icon size={16} aria-hidden />,
          onClick: () => navigate(to),
        })),
      },
      {
        group: 'Actions',
        actions: [
          { id: 'connect', label: 'Connect to PostgreSQL', onClick: () => navigate({ page: 'setup', source: null }) },
          { id: 'light', label: 'Use the light colour scheme', onClick: () => change({ colorScheme: 'light' }) },
          { id: 'dark', label: 'Use the dark colour scheme', onClick: () => change({ colorScheme: 'dark' }) },
          { id: 'auto', label: 'Use the colour scheme of the system', onClick: () => change({ colorScheme: 'auto' }) },
        ].map((action) => ({ ...action, leftSection: <IconBolt size={16} aria-hidden /> })),
      },
      {
        group: 'Data assets',
        actions: (assets.data ?? []).map((asset) => ({
          id: asset.id,
          label: asset.name,
          description: `${asset.kind === 'query' ? 'query' : `${asset.kind} ${relationText(asset)}`} in ${asset.dataSourceName}`,
          leftSection: <IconTable size={16} aria-hidden />,
          onClick: () => navigate({ page: 'asset', id: asset.id, tab: 'overview', add: false }),
        })),
      },
      {
        group: 'Data sources',
        actions: (sources.data ?? []).map((source) => ({
          id: source.id,
          label: source.name,
          description: `${source.database} on ${source.host}`,
          leftSection: <IconDatabase size={16} aria-hidden />,
          onClick: () => navigate({ page: 'data-source', id: source.id }),
        })),
      },
    ],
    [assets.data, sources.data, change],
  )
}
