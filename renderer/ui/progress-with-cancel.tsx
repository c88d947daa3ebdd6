import { Button, Progress, Text } from '@mantine/core'
import styles from './progress-with-cancel.module.css'

/** Work under way: what it does, how far it is, and a way to stop it. `total` null: the end is not known. */
export function ProgressWithCancel({ title, detail, done, total, stopping = false, onCancel }: ProgressProps) {
  const known = total !== null && total > 0
  const percent = known ? Math.min(100, (done / total) * 100) : 100
  return (
    <div className={styles.progress}>
      <div className={styles.words}>
        <Text component="span" fw={500}>
          {stopping ? 'Stopping …' : title}
        </Text>
        <Text component="span" c="dimmed" className={styles.detail}>
          {detail ?? ''}
        </Text>
      </div>
      <div className={styles.bar}>
        <Progress.Root size="sm" flex={1}>
          <Progress.Section
            value={percent}
            animated={!known}
            striped={!known}
            aria-label={title}
            aria-valuetext={known ? `${Math.floor(percent)} %` : 'under way'}
          />
        </Progress.Root>
        <Text component="span" className={styles.figure}>
          {known ? `${Math.floor(percent)} %` : ''}
        </Text>
        {onCancel !== undefined && (
          <Button variant="default" onClick={onCancel} disabled={stopping}>
            Cancel
          </Button>
        )}
      </div>
    </div>
  )
}

interface ProgressProps {
  readonly title: string
  readonly detail?: string | null
  readonly done: number
  readonly total: number | null
  readonly stopping?: boolean
  /** Left out: it cannot be stopped. */
  readonly onCancel?: () => void
}
