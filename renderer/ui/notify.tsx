import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** A short message at the corner, with an undo where there is one. */
export function notify({ message, undo, tone = 'neutral' }: Notice): void {
  const id = crypto.randomUUID()
  notifications.show({
    id,
    color: tone === 'failed' ? 'red' : 'accent',
    autoClose: undo === undefined && tone === 'neutral' ? 4_000 : 12_000,
    withBorder: true,
    message:
      undo === undefined ? (
        message
      ) : (
        <Group justify="space-between" gap="sm" wrap="nowrap">
          {message}
          <Button
            variant="default"
            flex="none"
            onClick={() => {
              notifications.hide(id)
              undo()
            }}
          >
            Undo
          </Button>
        </Group>
      ),
  })
}

export interface Notice {
  readonly message: string
  readonly undo?: () => void
  readonly tone?: 'neutral' | 'failed'
}
