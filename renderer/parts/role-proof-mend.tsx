import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useState } from 'react'
import { api } from '#api/client.ts'
import type { MendOutcome, RoleProof } from '#shared/model/role-proof.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { SqlEditor } from '#ui/sql-editor/sql-editor.tsx'
import { useAction } from '#ui/use-action.ts'
import { AdminDialog } from './admin-dialog.tsx'
import { notifyError } from './notify-error.tsx'
import { Problem } from './problem.tsx'
import { mendable, mendScript } from './role-proof-words.ts'

/** The SQL that mends what was found, to hand on or to run as an administrator. Nothing is shown when there is nothing to mend. */
export function RoleProofMend({ id, proof }: { readonly id: string; readonly proof: RoleProof }) {
  const [withAmber, setWithAmber] = useState(proof.level === 'amber')
  const [asking, setAsking] = useState(false)
  const mending = useAction<MendOutcome>()
  const findings = mendable(proof, withAmber)
  const script = mendScript(findings)
  const offersAmber = mendable(proof, true).length > mendable(proof, false).length

  const mend = async ({ adminId }: AdminSession) => {
    setAsking(false)
    await mending.run((signal) =>
      api.roleProof.mend({ id, adminId, taskId: crypto.randomUUID(), findingIds: findings.map((finding) => finding.id) }, { signal }),
    )
    // SECURITY: the administrator's connection is not kept longer than it is of use.
    await api.setup.closeAdmin({ adminId }).catch(notifyError)
  }

  return (
    <Stack gap={8}>
      {mending.result !== null && <Outcome outcome={mending.result} />}
      {mending.error !== null && <Problem error={mending.error} />}
      {offersAmber && (
        <Checkbox
          label="Mend also what is only worth knowing"
          checked={withAmber}
          onChange={(event) => setWithAmber(event.currentTarget.checked)}
        />
      )}
      {findings.length > 0 && (
        <>
          <SqlEditor value={script} label="SQL that mends it" readOnly height="112px" />
          <Group gap="xs">
            <CopyButton value={script} />
            <Button onClick={() => setAsking(true)} loading={mending.busy}>
              Run it as an administrator
            </Button>
          </Group>
        </>
      )}
      <AdminDialog
        about="A login that owns the database or may take rights back, in the database of this data source. It is used for this script only and closed right after it."
        submit="Connect and run"
        opened={asking}
        onClose={() => setAsking(false)}
        onOpened={(session) => void mend(session)}
      />
    </Stack>
  )
}

function Outcome({ outcome: { statements } }: { readonly outcome: MendOutcome }) {
  const failed = statements.filter(({ done }) => !done)
  const Icon = failed.length === 0 ? IconCircleCheck : IconCircleX
  return (
    <div role="status">
      <Group gap={8}>
        <Icon size={16} aria-hidden />
        {failed.length === 0
          ? 'The administrator has run the script, and the role was checked again.'
          : `${failed.length} of ${statements.length} statements were refused; the others are done.`}
      </Group>
      {failed.map(({ sql, sentence }) => (
        <Text key={sql} component="p" m={0}>
          <span className="monospace">{sql}</span>: {sentence}
        </Text>
      ))}
    </div>
  )
}
