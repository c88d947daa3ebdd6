import { Button, CloseButton, Text } from '@mantine/core'
import type { ResultColumn } from '#shared/model/query.ts'
import { countOf, formatCount } from '#ui/format.ts'
import { conditionText } from './condition-words.ts'
import { longValuesNote } from './long-values.ts'
import styles from './result.module.css'
import type { Arrangement } from './use-arrangement.ts'
import { asItCame } from './wish.ts'

/** How the rows stand where they do not stand as they came, how many of them are left, and the way back. */
export function ArrangementBar({ arrangement, columns, rowCount }: ArrangementBarProps) {
  const { wish, shown, share, change, cancel } = arrangement
  if (wish.sort.length === 0 && wish.conditions.length === 0 && share === null) return null
  const note = share === null ? longValuesNote(arrangement.shown?.longColumns ?? [], columns) : null
  return (
    <div className={styles.bar}>
      <Text role="status">
        {share === null ? sentence(arrangement, columns, rowCount) : `Putting the rows in order … ${Math.floor(share * 100)} %`}
      </Text>
      {note !== null && <Text c="dimmed">{note}</Text>}
      {wish.conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two filters may be the same
        <span key={index} className={styles.chip}>
          {conditionText(condition, columns)}
          <CloseButton
            size="xs"
            aria-label={`Remove the filter: ${conditionText(condition, columns)}`}
            onClick={() => change({ ...wish, conditions: wish.conditions.filter((_, other) => other !== index) })}
          />
        </span>
      ))}
      {share === null ? (
        <Button size="compact-xs" variant="default" disabled={shown === null} onClick={() => change(asItCame)}>
          As they came
        </Button>
      ) : (
        <Button size="compact-xs" variant="default" onClick={cancel}>
          Cancel
        </Button>
      )}
    </div>
  )
}

interface ArrangementBarProps {
  readonly arrangement: Arrangement
  readonly columns: readonly ResultColumn[]
  /** Of all that were read. */
  readonly rowCount: number
}

function sentence({ wish, shown }: Arrangement, columns: readonly ResultColumn[], rowCount: number): string {
  const sorted = wish.sort.map(({ column, descending }) => `${columns[column]?.name ?? ''} ${descending ? 'descending' : 'ascending'}`)
  const asText = (shown?.orderedAsText ?? []).map((column) => columns[column]?.name ?? '')
  const parts = [
    wish.conditions.length > 0 ? `${formatCount(shown?.rowCount ?? 0)} of ${countOf(rowCount, 'row')}` : null,
    sorted.length > 0 ? `sorted by ${sorted.join(', then ')}` : null,
    asText.length > 0 ? `${asText.join(', ')} by text` : null,
  ].filter((part) => part !== null)
  const line = parts.join(', ')
  return line.charAt(0).toUpperCase() + line.slice(1)
}
