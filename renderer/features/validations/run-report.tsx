import { Button, Group, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { useTask } from '#api/live.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { useValidate } from '#parts/run-validate.ts'
import { isUnderWay, noteOf, orderResults, statisticsSentence } from '#parts/run-view.ts'
import { usePasswordPrompt } from '#parts/use-password-prompt.ts'
import type { ExpectationResult, Run, RunSummary } from '#shared/model/run.ts'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { FailingRowsDrawer } from './failing-rows-drawer.tsx'
import { ResultItem } from './result-item.tsx'
import { RunDetails } from './run-details.tsx'
import styles from './validations.module.css'

/** What a run found, or how far it is, or why it found nothing. */
export function RunReport({ run }: { readonly run: Run }) {
  const { summary, results } = run
  const [failuresOnly, setFailuresOnly] = useState(false)
  const [shownResult, setShownResult] = useState<ExpectationResult | null>(null)
  const asset = useQuery(queries.assets.get.queryOptions({ input: { id: summary.assetId } }))
  const shown = orderResults(results, failuresOnly)
  return (
    <div className={styles.report}>
      {isUnderWay(summary.state) && <RunProgress summary={summary} />}
      <RunNote summary={summary} dataSourceId={asset.data?.dataSourceId ?? null} />
      {results.length > 0 && (
        <>
          <Group justify="space-between">
            <Text component="p" m={0} fw={500}>
              {isUnderWay(summary.state) ? 'So far' : statisticsSentence(summary.statistics)}
            </Text>
            <Switch label="Failures only" checked={failuresOnly} onChange={(event) => setFailuresOnly(event.currentTarget.checked)} />
          </Group>
          {shown.length === 0 ? (
            <Text c="dimmed">Nothing failed.</Text>
          ) : (
            <ul className={styles.results} aria-label="Results">
              {shown.map((result) => (
                <ResultItem key={result.expectationId} result={result} onShowRows={() => setShownResult(result)} />
              ))}
            </ul>
          )}
        </>
      )}
      {results.length === 0 && summary.state === 'done' && (
        <Text c="dimmed">The data asset had no expectations when it was validated, so there was nothing to find.</Text>
      )}
      <RunDetails run={run} />
      <FailingRowsDrawer result={shownResult} dataSourceId={asset.data?.dataSourceId ?? null} onClose={() => setShownResult(null)} />
    </div>
  )
}

function RunProgress({ summary }: { readonly summary: RunSummary }) {
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
function RunNote({ summary, dataSourceId }: { readonly summary: RunSummary; readonly dataSourceId: string | null }) {
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
      {summary.state === 'failed' && dataSourceId !== null && <PasswordStep assetId={summary.assetId} dataSourceId={dataSourceId} />}
    </section>
  )
}

/** Where the password is what is missing, it can be given here. */
function PasswordStep({ assetId, dataSourceId }: { readonly assetId: string; readonly dataSourceId: string }) {
  const dataSource = useQuery(queries.dataSources.get.queryOptions({ input: { id: dataSourceId } }))
  const askPassword = usePasswordPrompt()
  const validate = useValidate()
  const state = dataSource.data?.passwordState
  if (state !== 'missing' && state !== 'unavailable') return null
  const enter = async () => {
    if (await askPassword(dataSourceId)) await validate([assetId])
  }
  return (
    <Group mt={8}>
      <Button onClick={() => void enter()}>Enter password and validate</Button>
    </Group>
  )
}
