import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { useConfirm } from '#ui/confirm.tsx'
import { formatDateTime } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import { useAction } from '#ui/use-action.ts'
import { Problem } from './problem.tsx'

/** A file that does not open is never taken away by itself; here the person says so. */
export function LostVaultDialog({ opened, onLeave, onAnew, onRestored }: LostVaultDialogProps) {
  const backup = useQuery(queries.app.vault.backup.queryOptions({ input: {}, enabled: opened, staleTime: 0 }))
  const moving = useAction<{ movedTo: string }>({ outlives: true })
  const confirm = useConfirm()
  const writtenAt = backup.data?.writtenAt ?? null
  const move = async (work: () => Promise<{ movedTo: string }>, after: () => void) => {
    const outcome = await moving.run(work)
    if (outcome === null) return
    notify({ message: `The file that did not open is now ${outcome.movedTo}.` })
    onLeave()
    after()
  }
  const startAnew = async () => {
    const agreed = await confirm({
      title: 'Begin with a new vault',
      sentence:
        'The vault that does not open is moved aside and stays on the disk. Its passwords are asked for again when they are needed.',
      confirm: 'Move it aside',
      tone: 'danger',
    })
    if (agreed)
      await move(
        () => api.app.vault.setAside({}),
        () => onAnew?.(),
      )
  }
  return (
    <Modal opened={opened} onClose={onLeave} title="The vault does not open">
      <Stack gap="sm">
        <Text component="p" m={0}>
          Either the passphrase is another one, or the file is damaged; the two cannot be told apart.
        </Text>
        <Text component="p" m={0}>
          {writtenAt === null
            ? 'There is no backup of it.'
            : `A backup from ${formatDateTime(writtenAt)} exists. It opens with the passphrase of that time, and holds what was saved until then. What is in its place now is moved aside and stays on the disk.`}
        </Text>
        {moving.error !== null && <Problem error={moving.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onLeave}>
            Cancel
          </Button>
          {onAnew !== undefined && (
            <Button variant="default" onClick={() => void startAnew()}>
              New vault
            </Button>
          )}
          {writtenAt !== null && (
            <Button
              loading={moving.busy}
              onClick={() =>
                void move(
                  () => api.app.vault.restoreBackup({}),
                  () => onRestored?.(),
                )
              }
            >
              Restore the backup
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

interface LostVaultDialogProps {
  readonly opened: boolean
  readonly onLeave: () => void
  /** Left out: a new vault is not offered here. */
  readonly onAnew?: () => void
  readonly onRestored?: () => void
}
