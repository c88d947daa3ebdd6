import { Button, Group, Stack, Text } from '@mantine/core'
import { IconShieldSearch } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { useTask } from '#api/live.ts'
import type { RoleProof } from '#shared/model/role-proof.ts'
import { countOf, formatAgo, formatDateTime } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { Section } from '#ui/section.tsx'
import { useAction } from '#ui/use-action.ts'
import { notifyError } from './notify-error.tsx'
import { Problem } from './problem.tsx'
import { ProofBadge } from './role-proof-badge.tsx'
import { RoleProofMatrix } from './role-proof-matrix.tsx'
import { RoleProofMend } from './role-proof-mend.tsx'

/** What the role of a data source can and cannot do. `begin`: a role that was never proven is proven at once. */
export function RoleProofSection({ id, begin = false }: { readonly id: string; readonly begin?: boolean }) {
  const stored = useQuery(queries.roleProof.get.queryOptions({ input: { id } }))
  const cache = useQueryClient()
  const [taskId, setTaskId] = useState<string | null>(null)
  const task = useTask(taskId)
  // Who goes on to another page has asked for it all the same; it is stored, and shown wherever the role is.
  const proving = useAction<RoleProof>({ outlives: true })
  const proof = stored.data ?? null

  const prove = async () => {
    const own = crypto.randomUUID()
    setTaskId(own)
    const made = await proving.run((signal) => api.roleProof.prove({ id, taskId: own }, { signal }))
    setTaskId(null)
    if (made !== null) cache.setQueryData(queries.roleProof.get.queryKey({ input: { id } }), made)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known that there is no proof yet
  useEffect(() => {
    if (begin && stored.data === null) void prove()
  }, [begin, stored.data === null])

  const againWords = proof === null ? 'Check the role' : 'Check again'
  return (
    <Section
      title="What the role can do"
      about="Read from the catalog and tried, with every trial rolled back. Rows are not read."
      actions={
        <Button
          variant="default"
          leftSection={<IconShieldSearch size={14} aria-hidden />}
          disabled={proving.busy || stored.isPending}
          onClick={() => void prove()}
        >
          {againWords}
        </Button>
      }
    >
      <Stack gap="sm">
        {stored.isPending && <Loading rows={3} />}
        {stored.isError && <Problem error={stored.error} onRetry={() => void stored.refetch()} />}
        {proving.busy && (
          <ProgressWithCancel
            title="Checking the role"
            detail={task?.detail ?? null}
            done={task?.done ?? 0}
            total={task?.total ?? null}
            stopping={task?.state === 'cancelling'}
            {...(taskId === null ? {} : { onCancel: () => void api.tasks.cancel({ id: taskId }).catch(notifyError) })}
          />
        )}
        {proving.error !== null && <Problem error={proving.error} onRetry={() => void prove()} />}
        {stored.data === null && !proving.busy && (
          <Text component="p" m={0} c="dimmed">
            Not checked yet.
          </Text>
        )}
        {proof !== null && <Proof id={id} proof={proof} />}
      </Stack>
    </Section>
  )
}

function Proof({ id, proof }: { readonly id: string; readonly proof: RoleProof }) {
  const readable = proof.reads.filter(({ access }) => access === 'all').length
  return (
    <>
      <Group gap={8} role="status">
        <ProofBadge level={proof.level} />
        <strong>{proof.verdict}</strong>
        <Text component="span" c="dimmed">
          Reads {readable} of {countOf(proof.reads.length, 'table')} whole. Checked{' '}
          <time title={formatDateTime(proof.provenAt)}>{formatAgo(proof.provenAt)}</time>.
        </Text>
      </Group>
      <RoleProofMend id={id} proof={proof} />
      <RoleProofMatrix proof={proof} />
    </>
  )
}
