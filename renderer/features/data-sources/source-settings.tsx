import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { EnvironmentMark, environmentTitles } from '#parts/environment-mark.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { type DataSource, Environment } from '#shared/model/data-source.ts'
import { countOf } from '#ui/format.ts'
import { Section } from '#ui/section.tsx'
import { useAction } from '#ui/use-action.ts'

/** The small things: they are stored at once and need no new connection. */
export function SourceSettings({ source }: { readonly source: DataSource }) {
  const configure = (change: {
    environment?: Environment
    keepFailingValues?: boolean
    readOnly?: boolean
    statementTimeoutMs?: number | null
  }) => void api.dataSources.configure({ id: source.id, ...change }).catch(notifyError)
  return (
    <Section title="Settings">
      <Stack gap="sm" maw={480}>
        {/* The key takes over a name that was changed in another window. */}
        <NameForm key={source.name} source={source} />
        <Select
          label="Environment"
          description="Its colour runs along the top of the window while you work with this data source."
          data={Environment.options.map((value) => ({ value, label: environmentTitles[value] }))}
          value={source.environment}
          onChange={(value) => configure({ environment: Environment.parse(value) })}
          leftSection={<EnvironmentMark environment={source.environment} />}
          allowDeselect={false}
        />
        <Switch
          label="Read only"
          description="The query pane reads and never writes here, whatever its own switch says. Validations never write anyway."
          checked={source.readOnly}
          onChange={(event) => configure({ readOnly: event.currentTarget.checked })}
        />
        <Select
          label="Time limit for statements"
          description="A statement in the query pane that takes longer is cancelled on the server."
          data={statementLimits(source.statementTimeoutMs)}
          value={String(source.statementTimeoutMs ?? '')}
          onChange={(value) => configure({ statementTimeoutMs: value === null || value === '' ? null : Number(value) })}
          allowDeselect={false}
        />
        <Switch
          label="Keep failing values with results"
          description="Up to 20 values of each failed expectation are stored on this computer. Off: counts only."
          checked={source.keepFailingValues}
          onChange={(event) => configure({ keepFailingValues: event.currentTarget.checked })}
        />
      </Stack>
    </Section>
  )
}

/** With the one that is set, should it be none of ours. */
function statementLimits(current: number | null) {
  const usual = [10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000]
  const all = current === null || usual.includes(current) ? usual : [...usual, current].sort((one, other) => one - other)
  return [{ value: '', label: 'None' }, ...all.map((ms) => ({ value: String(ms), label: limitWords(ms) }))]
}

function limitWords(ms: number): string {
  return ms < 60_000 ? countOf(ms / 1_000, 'second') : ms < 3_600_000 ? countOf(ms / 60_000, 'minute') : countOf(ms / 3_600_000, 'hour')
}

function NameForm({ source }: { readonly source: DataSource }) {
  const [name, setName] = useState(source.name)
  const saving = useAction<DataSource>()
  const save = () => void saving.run(() => api.dataSources.configure({ id: source.id, name: name.trim() }))
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    save()
  }
  const changed = name.trim() !== source.name && name.trim() !== ''
  const problem = fieldProblem(saving.error)?.sentence ?? null
  return (
    <form onSubmit={onSubmit}>
      <Group gap="xs" align="flex-end">
        <TextInput
          flex={1}
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          error={problem}
        />
        <Button type="submit" variant="default" disabled={!changed} loading={saving.busy}>
          Rename
        </Button>
      </Group>
      {saving.error !== null && problem === null && <Problem error={saving.error} onRetry={save} />}
    </form>
  )
}
