import { runDurationMs } from '#parts/run-view.ts'
import type { Run } from '#shared/model/run.ts'
import { DefinitionList } from '#ui/definition-list.tsx'
import { formatDateTime, formatDuration } from '#ui/format.ts'
import styles from './validations.module.css'

const hosts: Readonly<Record<Run['summary']['host'], string>> = {
  desktop: 'the desktop app',
  web: 'the web window',
  cli: 'the command line',
}

/** Under which circumstances the numbers were taken. Remarks stand outside: they may change how a result is read. */
export function RunDetails({ run: { summary, circumstances } }: { readonly run: Run }) {
  const took = runDurationMs(summary)
  return (
    <>
      {circumstances !== null && circumstances.remarks.length > 0 && (
        <ul className={styles.remarks} aria-label="Remarks">
          {circumstances.remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
      <details className={styles.details}>
        <summary>Circumstances of this run</summary>
        <DefinitionList
          items={[
            { term: 'Started', value: `${formatDateTime(summary.startedAt)}, by ${hosts[summary.host]}` },
            ...(took === null ? [] : [{ term: 'Took', value: formatDuration(took) }]),
            ...(circumstances === null
              ? []
              : [
                  {
                    term: 'On the server',
                    value: `${formatDuration(circumstances.durationMs)} in ${circumstances.statementCount} statements`,
                  },
                  { term: 'Server', value: `PostgreSQL ${circumstances.serverVersion}` },
                  { term: 'Role', value: circumstances.role },
                  { term: 'Time zone', value: circumstances.timeZone },
                  { term: 'search_path', value: circumstances.searchPath === '' ? 'empty' : circumstances.searchPath },
                  { term: 'Snapshot', value: circumstances.snapshot ?? 'not taken' },
                ]),
          ]}
        />
      </details>
    </>
  )
}
