import { Code, Group, SegmentedControl, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { queries } from '#api/client.ts'
import { usePreferences } from '#api/preferences.ts'
import type { SettingsSection } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { type AppInfo, Preferences } from '#shared/model/app.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { DefinitionList } from '#ui/definition-list.tsx'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { Section } from '#ui/section.tsx'
import { BackupSection } from './backup-section.tsx'
import { LogSection } from './log-section.tsx'
import { ResultsSection } from './results-section.tsx'
import { SecretsSection } from './secrets-section.tsx'
import { SecretsTable } from './secrets-table.tsx'

/** Looks, where passwords and data are kept, and versions. */
export function SettingsPage({ section }: { readonly section?: SettingsSection | undefined }) {
  const info = useQuery(queries.app.info.queryOptions({ input: {} }))
  const parts = useRef<HTMLDivElement>(null)
  const loaded = info.data !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: `loaded` scrolls again, once what stands above the section is there
  useEffect(() => {
    if (section === undefined) return
    // A new screen begins at its top; this is after that.
    const frame = requestAnimationFrame(() => parts.current?.querySelector(`[data-section="${section}"]`)?.scrollIntoView())
    return () => cancelAnimationFrame(frame)
  }, [section, loaded])
  return (
    <>
      <PageHeader title="Settings" />
      <Stack gap="lg" maw={720} ref={parts}>
        <div data-section="looks">
          <Looks />
        </div>
        {info.isPending && <Loading />}
        {info.isError && <Problem error={info.error} onRetry={() => void info.refetch()} />}
        {info.data !== undefined && (
          <>
            <div data-section="passwords">
              <SecretsSection vault={info.data.vault} />
            </div>
            <SecretsTable vault={info.data.vault} />
            <div data-section="data">
              <DataFolder folder={info.data.dataFolder} />
            </div>
            <div data-section="backup">
              <BackupSection />
            </div>
            <div data-section="results">
              <ResultsSection />
            </div>
            <div data-section="log">
              <LogSection />
            </div>
            <div data-section="versions">
              <Versions info={info.data} />
            </div>
          </>
        )}
      </Stack>
    </>
  )
}

const schemes = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

function Looks() {
  const { preferences, change } = usePreferences()
  return (
    <Section title="Colour scheme">
      <SegmentedControl
        aria-label="Colour scheme"
        data={schemes}
        value={preferences.colorScheme}
        onChange={(value) => change({ colorScheme: Preferences.shape.colorScheme.parse(value) })}
      />
    </Section>
  )
}

function DataFolder({ folder }: { readonly folder: string }) {
  return (
    <Section
      title="Data on this computer"
      about="Data sources without their passwords, expectations, results, query history and, in its folder log, the log. Only your account can read it."
    >
      <Group gap={8}>
        <Code fz="sm">{folder}</Code>
        <CopyButton value={folder} label="Copy the path" />
      </Group>
    </Section>
  )
}

const hostTitles: Readonly<Record<AppInfo['host'], string>> = { desktop: 'Desktop window', web: 'Browser window', cli: 'Command line' }

function Versions({ info }: { readonly info: AppInfo }) {
  return (
    <Section title="Versions">
      <DefinitionList
        items={[
          { term: 'Plumbline', value: info.version },
          { term: 'Runs as', value: hostTitles[info.host] },
          { term: 'System', value: info.platform },
          { term: 'Node.js', value: info.nodeVersion },
        ]}
      />
    </Section>
  )
}
