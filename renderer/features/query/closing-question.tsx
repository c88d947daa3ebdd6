import { Button, Group, Modal, Text } from '@mantine/core'
import { Problem } from '#parts/problem.tsx'
import type { SessionState } from '#shared/model/query.ts'
import { useAction } from '#ui/use-action.ts'
import { closeNow } from './tab-bar.tsx'
import { queryTabs, useTabs } from './use-query-tabs.ts'

/** Before a tab in a transaction closes: what becomes of what was changed in it. */
export function ClosingQuestion() {
  const { tabs, closingId } = useTabs()
  const ending = useAction<void>()
  const tab = tabs.find(({ id }) => id === closingId) ?? null
  const status = tab === null ? undefined : queryTabs.run(tab.id).state().session?.status
  // A COMMIT that was refused ends the transaction; another one would be answered as if it had kept something.
  const over = ending.error !== null && status !== 'transaction' && status !== 'failed'
  const stay = () => {
    ending.clear()
    queryTabs.askToClose(null)
  }
  const end = (how: 'commit' | 'rollback') =>
    void ending.run(async () => {
      if (tab === null) return
      const run = queryTabs.run(tab.id)
      try {
        await run.endTransaction(how)
      } catch (error) {
        // What has become of it stands in the question. Where that cannot be asked either, the error says why.
        await run.poll().catch(() => {})
        throw error
      }
      closeNow(tab)
    })
  const leave = () => {
    ending.clear()
    if (tab !== null) closeNow(tab)
  }
  return (
    <Modal opened={tab !== null} onClose={stay} title={`${tab?.title ?? 'This tab'} is in a transaction`}>
      <Text>{over ? overSentence(status) : openSentence(status)}</Text>
      {ending.error !== null && <Problem error={ending.error} />}
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={stay} data-autofocus>
          Cancel
        </Button>
        {over ? (
          <Button onClick={leave}>Close the tab</Button>
        ) : (
          <Button variant="default" loading={ending.busy} onClick={() => end('rollback')}>
            Roll back and close
          </Button>
        )}
        {!over && status !== 'failed' && (
          <Button loading={ending.busy} onClick={() => end('commit')}>
            Commit and close
          </Button>
        )}
      </Group>
    </Modal>
  )
}

type Status = SessionState['status'] | undefined

function openSentence(status: Status): string {
  return status === 'failed'
    ? 'A statement in it failed, so the server keeps nothing of it.'
    : 'What it changed is seen by nobody else yet. Commit keeps it, a rollback takes all of it back.'
}

function overSentence(status: Status): string {
  return status === 'idle'
    ? 'The transaction is over: the server took back what was changed in it.'
    : 'Its session is lost. Whether the transaction was committed is not known.'
}
