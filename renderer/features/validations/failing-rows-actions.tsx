import { Button, Menu, Text } from '@mantine/core'
import { IconDownload, IconTerminal2 } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { navigate } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { ExportFormat } from '#shared/model/query.ts'

/** Where failing rows can be taken. */
export function OpenInQueryPane({ dataSourceId, sql }: { readonly dataSourceId: string; readonly sql: string }) {
  const cache = useQueryClient()
  const open = async () => {
    try {
      await api.query.drafts.save({ tabId: crypto.randomUUID(), dataSourceId, title: 'Failing rows', sql })
      await cache.invalidateQueries({ queryKey: queries.query.drafts.list.key() })
      navigate({ page: 'query', source: dataSourceId })
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <Button variant="default" leftSection={<IconTerminal2 size={14} aria-hidden />} onClick={() => void open()}>
      Open in query pane
    </Button>
  )
}

const formats: readonly { readonly format: ExportFormat; readonly label: string; readonly about: string }[] = [
  { format: 'csv-exact', label: 'CSV, exact', about: 'Every value as the server wrote it' },
  { format: 'csv-spreadsheet', label: 'CSV for spreadsheets', about: 'Texts that look like formulas get an apostrophe' },
  { format: 'json', label: 'JSON', about: 'An array of objects' },
]

export function ExportMenu({ disabled, onExport }: { readonly disabled: boolean; onExport(format: ExportFormat): void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} disabled={disabled}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label, about }) => (
          <Menu.Item key={format} onClick={() => onExport(format)}>
            {label}
            <Text component="span" display="block" c="dimmed" size="xs">
              {about}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
