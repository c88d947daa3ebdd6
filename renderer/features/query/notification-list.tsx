import { Text } from '@mantine/core'
import type { Notification } from '#shared/model/query.ts'
import { formatDateTime } from '#ui/format.ts'
import styles from './notification-list.module.css'

/** What NOTIFY sent to the session of this tab, the newest first. */
export function NotificationList({ notifications }: { readonly notifications: readonly Notification[] }) {
  if (notifications.length === 0) return <Text c="dimmed">Execute LISTEN and the name of a channel. What is sent to it stands here.</Text>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label="Notifications">
      <table className={styles.notifications}>
        <thead>
          <tr>
            <th scope="col">Received</th>
            <th scope="col">Channel</th>
            <th scope="col">Process</th>
            <th scope="col">Payload</th>
          </tr>
        </thead>
        <tbody>
          {notifications.toReversed().map(({ number, receivedAt, channel, processId, payload }) => (
            <tr key={number}>
              <td>{formatDateTime(receivedAt)}</td>
              <td>{channel}</td>
              <td>{processId}</td>
              <td className={styles.payload}>{payload}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
