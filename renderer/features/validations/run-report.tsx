import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { useTask } from '#api/live.ts'
import { navigate } from '#api/route.ts'
import { ExpectationHistory } from '#parts/expectation-history.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { useValidate } from '#parts/run-validate.ts'
import { isUnderWay, noteOf } from '#parts/run-view.ts'
import { usePasswordPrompt } from '#parts/use-password-prompt.ts'
import type { ExpectationResult, Run, RunSummary as Summary } from '#shared/model/run.ts'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { FailingRowsDrawer } from './failing-rows-drawer.tsx'
import { ResultFilters } from './result-filters.tsx'
import { filterResults, noFilter, sectionsOf } from './result-sections.ts'
import { ResultsList } from './results-list.tsx'
import { RunComparison } from './run-comparison.tsx'
import { RunDetails } from './run-details.tsx'
import { RunSummary } from './run-summary.tsx'
import { useRunBefore } from './use-run-before.ts'
import styles from './validations.module.css'

/** What a run found, or how far it is, or why it found nothing. The filters are of one run: a parent keys it by the run's id. */
export function RunReport({ run }: { readonly run: Run }) {
  const { summary, results } = run
  const [filter, setFilter] = useState(noFilter)
  const [shownResult, setShownResult] = useState<ExpectationResult | null>(null)
  const [historyOf, setHistoryOf] = useState<ExpectationResult | null>(null)
  const [comparing, setComparing] = useState(false)
  const asset = useQuery(queries.assets.get.queryOptions({ input: { id: summary.assetId } }))
  const before = useRunBefore(run)
  const changes = before?.changes ?? null
  const shown = useMemo(() => filterResults(results, filter, changes), [results, filter, changes])
  const sections = useMemo(() => sectionsOf(shown), [shown])
  return (
    <div className={styles.report}>
      {isUnderWay(summary.state) && <RunProgress summary={summary} />}
      <RunNote summary={summary} dataSourceId={asset.data?.dataSourceId ?? null} />
      {results.length > 0 && (
        <>
          <RunSummary
            summary={summary}
            results={results}
            before={before}
            filter={filter}
            onFilter={setFilter}
            onCompare={() => setComparing(true)}
          />
          <ResultFilters filter={filter} onFilter={setFilter} shown={shown.length} total={results.length} />
          {shown.length === 0 ? (
            <Text c="dimmed">{filter.failuresOnly && filter.search === '' ? 'Nothing failed.' : 'No result matches.'}</Text>
          ) : (
            <ResultsList
              sections={sections}
              changes={changes}
              onShowRows={setShownResult}
              onShowHistory={setHistoryOf}
              onEdit={({ expectationId: edit }) => navigate({ page: 'asset', id: summary.assetId, tab: 'expectations', add: false, edit })}
            />
          )}
        </>
      )}
      <RunDetails run={run} />
      <RunComparison run={run} beforeId={before?.summary.id ?? null} opened={comparing} onClose={() => setComparing(false)} />
      <ExpectationHistory
        expectation={historyOf === null ? null : { id: historyOf.expectationId, sentence: historyOf.sentence }}
        onClose={() => setHistoryOf(null)}
      />
      <FailingRowsDrawer
        result={shownResult}
        assetName={summary.assetName}
        dataSourceId={asset.data?.dataSourceId ?? null}
        onClose={() => setShownResult(null)}
      />
    </div>
  )
}

function RunProgress({ summary }: { readonly summary: Summary }) {
  const task = useTask(summary.id)
  return (
    <ProgressWithCancel
      title={`Validating ${summary.assetName}`}
      detail={task?.detail ?? null}
      done={task?.done ?? 0}
      total={task?.total ?? null}
      stopping={task?.state === 'cancelling'}
      onCancel={() => void api.validations.cancel({ id: summary.id }).catch(notifyError)}
    />
  )
}

/** Why there is no verdict, and the next step. */
function RunNote({ summary, dataSourceId }: { readonly summary: Summary; readonly dataSourceId: string | null }) {
  const note = noteOf(summary)
  if (note === null) return null
  return (
    <section className={styles.note} data-tone={note.tone} aria-label={note.title}>
      <strong>{note.title}</strong>
      <Text component="p" m={0}>
        {note.sentence}
      </Text>
      <Text component="p" m={0} c="dimmed">
        {note.nextStep}
      </Text>
      {summary.state === 'failed' && dataSourceId !== null && <PasswordStep summary={summary} dataSourceId={dataSourceId} />}
    </section>
  )
}

/** Where the password is what is missing, it can be given here; then the same batch is read. */
function PasswordStep({ summary, dataSourceId }: { readonly summary: Summary; readonly dataSourceId: string }) {
  const dataSource = useQuery(queries.dataSources.get.queryOptions({ input: { id: dataSourceId } }))
  const askPassword = usePasswordPrompt()
  const validate = useValidate()
  const state = dataSource.data?.passwordState
  if (state !== 'missing' && state !== 'unavailable' && state !== 'vault-locked') return null
  const enter = async () => {
    if (await askPassword(dataSourceId)) await validate([summary.assetId], summary.batch?.period ?? null)
  }
  return (
    <Group mt={8}>
      <Button onClick={() => void enter()}>{state === 'vault-locked' ? 'Unlock and validate' : 'Enter password and validate'}</Button>
    </Group>
  )
}
