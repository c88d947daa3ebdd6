import { ActionIcon, Button, Group, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { SuiteParameters } from '#shared/model/expectation.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import styles from './expectations.module.css'
import { type ParameterDraft, parameterDrafts, readParameters } from './parameters-model.ts'

/** Values that the expectations of an asset name instead of holding them: changed here, they change everywhere. */
export function ParametersPanel({ asset, opened, onClose }: ParametersPanelProps) {
  const stored = useQuery({ ...queries.expectations.parameters.queryOptions({ input: { assetId: asset.id } }), enabled: opened })
  return (
    <SidePanel opened={opened} onClose={onClose} size={560} title={`Suite parameters of ${asset.name}`}>
      {stored.isError && <Problem error={stored.error} onRetry={() => void stored.refetch()} />}
      {opened && stored.isPending && <Loading rows={4} />}
      {opened && stored.data !== undefined && <Parameters assetId={asset.id} stored={stored.data} onClose={onClose} />}
    </SidePanel>
  )
}

interface ParametersPanelProps {
  readonly asset: DataAsset
  readonly opened: boolean
  onClose(): void
}

function Parameters({ assetId, stored, onClose }: { readonly assetId: string; readonly stored: SuiteParameters; onClose(): void }) {
  const [drafts, setDrafts] = useState<readonly ParameterDraft[]>(() => parameterDrafts(stored))
  const [tried, setTried] = useState(false)
  const [saving, setSaving] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const read = readParameters(drafts)
  const problemAt = (index: number) => (tried && !read.ok ? read.problems[index] : undefined)
  const change = (at: number, next: Partial<ParameterDraft>) =>
    setDrafts(drafts.map((draft, index) => (index === at ? { ...draft, ...next } : draft)))
  const save = async () => {
    setTried(true)
    if (!read.ok) return
    setSaving(true)
    setProblem(null)
    try {
      await api.expectations.setParameters({ assetId, parameters: read.parameters })
      notify({ message: 'The suite parameters were changed.' })
      onClose()
    } catch (error) {
      setProblem(error)
    } finally {
      setSaving(false)
    }
  }
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Text component="p" m={0} c="dimmed">
        In a field for a figure, <code>$name</code> stands for the value of a parameter, and <code>$name * 1.1</code> for what is computed
        from it.
      </Text>
      {drafts.map((draft, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are only added at the end, and their controls hold no state
        <div key={index} className={styles.parameter}>
          <TextInput
            aria-label={`Name of parameter ${index + 1}`}
            placeholder="Name"
            value={draft.name}
            onChange={(event) => change(index, { name: event.currentTarget.value })}
            error={problemAt(index)}
            autoComplete="off"
            spellCheck={false}
          />
          <TextInput
            aria-label={`Value of parameter ${index + 1}`}
            placeholder="Value"
            value={draft.text}
            onChange={(event) => change(index, { text: event.currentTarget.value })}
            autoComplete="off"
            spellCheck={false}
          />
          <ActionIcon aria-label={`Remove parameter ${index + 1}`} onClick={() => setDrafts(drafts.filter((_, at) => at !== index))}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        w="fit-content"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => setDrafts([...drafts, { name: '', text: '' }])}
      >
        Add a parameter
      </Button>
      {problem !== null && <Problem error={problem} onRetry={() => void save()} />}
      <Group gap="xs" className={styles.actions}>
        <Button type="submit" loading={saving}>
          Save
        </Button>
        <Button variant="subtle" color="gray" c="dimmed" onClick={onClose} disabled={saving}>
          Close
        </Button>
      </Group>
    </form>
  )
}
