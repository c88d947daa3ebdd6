import { Text } from '@mantine/core'
import { IconCheck, IconInfoCircle, IconPlayerStop } from '@tabler/icons-react'
import { Problem } from '#parts/problem.tsx'
import { assertNever } from '#shared/assert-never.ts'
import { ErrorState } from '#ui/error-state.tsx'
import { formatDuration } from '#ui/format.ts'
import styles from './messages.module.css'
import { cancelSentence } from './query-words.ts'
import { placeOf, type RunMessage, type RunState } from './run-state.ts'

/** What the server said, in its order: notices, what each statement did, an error with all that came with it. */
export function Messages({ run, onRetry }: { readonly run: RunState; onRetry(): void }) {
  const many = (run.progress?.count ?? 1) > 1
  if (run.phase === 'idle') return <Text c="dimmed">What the server says about a run stands here.</Text>
  return (
    <div className={styles.messages} role="log" aria-label="Messages of the server">
      {run.messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages are only added at the end
        <Message key={index} run={run} message={message} numbered={many} />
      ))}
      {run.outcome?.outcome === 'cancelled' && (
        <p className={styles.message}>
          <IconPlayerStop size={14} aria-hidden />
          {cancelSentence(run.outcome.cancelledBy)}
        </p>
      )}
      {run.error !== null && <Problem error={run.error} onRetry={onRetry} />}
      {run.messages.length === 0 && run.outcome?.outcome === 'complete' && <Text c="dimmed">There was nothing to execute.</Text>}
    </div>
  )
}

function didYouMean(names: readonly string[]): string | null {
  return names.length === 0 ? null : `Did you mean ${names.join(', or ')}?`
}

const READ_ONLY_TRANSACTION = '25006'
const readOnlyRemedy =
  'To change data, switch Read only off in the toolbar (or first in the settings of the data source) and execute again.'

function Message({ run, message, numbered }: { readonly run: RunState; readonly message: RunMessage; readonly numbered: boolean }) {
  const number = numbered ? `Statement ${message.index + 1}: ` : ''
  switch (message.kind) {
    case 'complete':
      return (
        <p className={styles.message}>
          <IconCheck size={14} aria-hidden className={styles.passed} />
          {`${number}${message.commandTag}, ${formatDuration(message.durationMs)}`}
        </p>
      )
    case 'notice': {
      const { severity, message: text, detail, hint } = message.problem
      return (
        <p className={styles.message}>
          <IconInfoCircle size={14} aria-hidden />
          <span>
            {`${number}${severity}: ${text}`}
            {[detail, hint].map(
              (more) =>
                more !== null && (
                  <span key={more} className={styles.more}>
                    {more}
                  </span>
                ),
            )}
          </span>
        </p>
      )
    }
    case 'failed': {
      const { problem } = message
      const place = placeOf(run, problem)
      const facts = [
        { label: 'SQLSTATE', value: problem.sqlstate },
        { label: 'Detail', value: problem.detail },
        { label: 'Where', value: problem.where },
        {
          label: 'Place',
          value:
            place === null
              ? null
              : `line ${place.line}, character ${place.column}${run.sent.offset === null || run.sent.offset > 0 ? ' of what was run' : ''}`,
        },
      ]
      return (
        <ErrorState
          title={`${number}${problem.severity}`}
          sentence={problem.message}
          remedy={
            didYouMean(message.names) ??
            problem.hint ??
            (problem.sqlstate === READ_ONLY_TRANSACTION && run.sent.readOnly ? readOnlyRemedy : null)
          }
          facts={[{ label: 'Hint', value: message.names.length > 0 ? problem.hint : null }, ...facts].flatMap(({ label, value }) =>
            value === null ? [] : [{ label, value }],
          )}
        />
      )
    }
    default:
      return assertNever(message)
  }
}
