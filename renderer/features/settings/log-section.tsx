import { Button, Code, Collapse, Group, ScrollArea, SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { LogLevel, type LogLine } from '#shared/model/log.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { formatDateTime } from '#ui/format.ts'
import { Section } from '#ui/section.tsx'
import { ToneBadge } from '#ui/tone-badge.tsx'
import styles from './log-section.module.css'

const LINES = 200

/** What the program wrote down of itself, and a text for whoever mends it. */
export function LogSection() {
  const [level, setLevel] = useState<LogLevel>('warn')
  const log = useQuery(queries.app.log.list.queryOptions({ input: { level, limit: LINES }, staleTime: 0 }))
  const lines = log.data ?? []
  return (
    <Section
      title="Log"
      about="What happened inside the program, newest first. It holds no SQL, no values of your tables and no passwords, and stays on this computer."
    >
      <Stack gap="sm">
        <Group gap="xs">
          <SegmentedControl
            aria-label="Lines of the log"
            data={levels}
            value={level}
            onChange={(value) => setLevel(LogLevel.parse(value))}
          />
          <Button variant="default" onClick={() => void log.refetch()}>
            Read again
          </Button>
          <CopyButton value={lines.map(lineText).join('\n')} label="Copy these lines" disabled={lines.length === 0} />
        </Group>
        {log.isError && <Problem error={log.error} onRetry={() => void log.refetch()} />}
        {log.data !== undefined && <Lines lines={lines} level={level} />}
        <BugReport />
      </Stack>
    </Section>
  )
}

const levels = [
  { value: 'error', label: 'Errors' },
  { value: 'warn', label: 'Errors and warnings' },
  { value: 'info', label: 'All' },
]

const tones = { info: 'neutral', warn: 'warning', error: 'failed' } as const
const words = { info: 'Info', warn: 'Warning', error: 'Error' } as const

function Lines({ lines, level }: { readonly lines: readonly LogLine[]; readonly level: LogLevel }) {
  if (lines.length === 0) return <Text c="dimmed">{level === 'info' ? 'The log is empty.' : 'The log has no such line.'}</Text>
  return (
    <ScrollArea.Autosize
      mah={280}
      type="auto"
      viewportProps={{ tabIndex: 0, 'aria-label': 'Lines of the log', role: 'group' }}
      className={styles.box}
    >
      <ol className={styles.lines}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of the same moment have nothing else that tells them apart
          <li key={`${line.at} ${index}`}>
            <span className={styles.at}>{formatDateTime(line.at)}</span>
            <ToneBadge plain tone={tones[line.level]} text={words[line.level]} />
            <span className={styles.event}>
              {line.event}
              {line.id !== null && <Code ml={6}>{line.id}</Code>}
              {line.program === 'cli' && <span className={styles.at}> command line</span>}
              {line.detail !== '' && <span className={styles.detail}>{line.detail}</span>}
            </span>
          </li>
        ))}
      </ol>
    </ScrollArea.Autosize>
  )
}

function lineText({ at, level, program, event, id, detail }: LogLine): string {
  return [at, level, program, event, id, detail].filter((part) => part !== null && part !== '').join(' ')
}

function BugReport() {
  const report = useQuery(queries.app.log.report.queryOptions({ input: {}, staleTime: 0 }))
  const [shown, setShown] = useState(false)
  const text = report.data?.text ?? ''
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <CopyButton value={text} label="Copy a bug report" disabled={text === ''} />
        <Button variant="default" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide it' : 'Show what is in it'}
        </Button>
        <Text component="span" c="dimmed">
          Versions, settings and the last errors; no names, addresses or data.
        </Text>
      </Group>
      {report.isError && <Problem error={report.error} onRetry={() => void report.refetch()} />}
      <Collapse expanded={shown}>
        <ScrollArea.Autosize
          mah={280}
          type="auto"
          viewportProps={{ tabIndex: 0, 'aria-label': 'Bug report', role: 'group' }}
          className={styles.box}
        >
          <Code block>{text}</Code>
        </ScrollArea.Autosize>
      </Collapse>
    </Stack>
  )
}
