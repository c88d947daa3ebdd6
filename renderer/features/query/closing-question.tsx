import { Button, Group, Modal, Text } from '@mantine/core'
import { Problem } from '#parts/problem.tsx'
import { useAction } from '#ui/use-action.ts'
import { closeNow } from './tab-bar.tsx'
import { queryTabs, useTabs } from './use-query-tabs.ts'

/** Before a tab in a transaction closes: what becomes of what was changed in it. */
export function ClosingQuestion() {
  const { tabs, closingId } = useTabs()
  const ending = useAction<void>()
  const tab = tabs.find(({ id }) => id === closingId) ?? null
  const failed = tab !== null && queryTabs.run(tab.id).state().session?.status === 'failed'
  const stay = () => {
    ending.clear()
    queryTabs.askToClose(null)
  }
  const end = (how: 'commit' | 'rollback') =>
    void ending.run(async () => {
      if (tab === null) return
      await queryTabs.run(tab.id).endTransaction(how)
      closeNow(tab)
    })
  return (
    <Modal opened={tab !== null} onClose={stay} title={`${tab?.title ?? 'This tab'} is in a transaction`}>
      <Text>
        {failed
          ? 'A statement in it failed, so the server keeps nothing of it.'
          : 'What it changed is seen by nobody else yet. Commit keeps it, a rollback takes all of it back.'}
      </Text>
      {ending.error !== null && <Problem error={ending.error} />}
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={stay} data-autofocus>
          Cancel
        </Button>
        <Button variant="default" loading={ending.busy} onClick={() => end('rollback')}>
          Roll back and close
        </Button>
        {!failed && (
          <Button loading={ending.busy} onClick={() => end('commit')}>
            Commit and close
          </Button>
        )}
      </Group>
    </Modal>
  )
}
