import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { useTask } from '#api/live.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import type { AddedAssets } from '#shared/model/data-asset.ts'
import { DefinitionList } from '#ui/definition-list.tsx'
import { ErrorState } from '#ui/error-state.tsx'
import { countOf } from '#ui/format.ts'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { generatedWords } from './generated-words.ts'
import styles from './setup.module.css'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'

export function StepAddAssets({ wizard, dispatch, goTo }: StepProps) {
  const { draft, adding } = wizard
  const { dataSourceId, selected, generate } = draft
  const task = useTask(adding.state === 'running' ? adding.taskId : null)
  const source = useQuery({
    ...queries.dataSources.get.queryOptions({ input: { id: dataSourceId ?? '' } }),
    enabled: dataSourceId !== null,
  })

  const add = async () => {
    if (dataSourceId === null || selected.length === 0) return
    const taskId = crypto.randomUUID()
    dispatch({ type: 'adding', taskId })
    try {
      // It goes on when the person looks at another screen; its own cancel stops it.
      const result = await api.assets.add({ taskId, dataSourceId, relations: [...selected], generate })
      dispatch({ type: 'add-settled', result })
      if (result.failed.length === 0 && result.unmeasured.length === 0 && !result.cancelled && isHere()) goTo('done')
    } catch (error) {
      dispatch({ type: 'add-broke', error })
    }
  }
  const running = adding.state === 'running'

  return (
    <StepFrame
      title="Add assets"
      {...(running ? {} : { onBack: () => goTo('expectations') })}
      onNext={() => void add()}
      {...(selected.length === 0 ? {} : { next: `Add ${countOf(selected.length, 'Asset')}` })}
      nextDisabled={running || selected.length === 0}
    >
      <DefinitionList
        items={[
          { term: 'Data source', value: source.data?.name ?? '' },
          { term: running ? 'Being added' : 'To be added', value: countOf(running ? adding.count : selected.length, 'data asset') },
          {
            term: 'Expectations',
            value: generate.length === 0 ? 'None' : `To detect ${generate.map((kind) => generatedWords[kind].short).join(', ')}`,
          },
        ]}
      />
      {running && (
        <ProgressWithCancel
          title={task?.title ?? 'Adding data assets'}
          detail={task?.detail ?? null}
          done={task?.done ?? 0}
          total={task?.total ?? adding.count}
          stopping={task?.state === 'cancelling'}
          onCancel={() => void api.tasks.cancel({ id: adding.taskId }).catch(notifyError)}
        />
      )}
      {adding.state === 'broken' && <Problem error={adding.error} onRetry={() => void add()} />}
      {adding.state === 'settled' && <Added result={adding.result} onDone={() => goTo('done')} />}
    </StepFrame>
  )
}

/** What became of them, where not all is well. */
function Added({ result, onDone }: { readonly result: AddedAssets; readonly onDone: () => void }) {
  const { added, failed, unmeasured, cancelled } = result
  return (
    <>
      <Text component="p" m={0} role="status">
        {cancelled && 'Stopped. '}
        {countOf(added.length, 'data asset')} added.{' '}
        {added.length > 0 && (
          <button type="button" className={styles.link} onClick={onDone}>
            Go on with what was added
          </button>
        )}
      </Text>
      {unmeasured.length > 0 && (
        <ErrorState
          title={`The columns of ${countOf(unmeasured.length, 'table')} could not be counted`}
          sentence="They are added, without expectations of completeness. Those can be added to each asset by hand."
          facts={factsOf(unmeasured)}
        />
      )}
      {failed.length > 0 && (
        <ErrorState
          title={`${countOf(failed.length, 'table')} could not be added`}
          sentence="They are still selected, so that they can be tried again."
          facts={factsOf(failed)}
        />
      )}
    </>
  )
}

/** Each with its sentence; of very many the first. */
function factsOf(list: AddedAssets['failed']) {
  const facts = list.slice(0, LISTED).map(({ schema, name, sentence }) => ({ label: `${schema}.${name}`, value: sentence }))
  return list.length <= LISTED ? facts : [...facts, { label: 'And', value: countOf(list.length - LISTED, 'more', 'more') }]
}

const LISTED = 100

/** The person has not gone to another screen meanwhile. */
function isHere(): boolean {
  return window.location.hash.startsWith('#/setup/add-assets')
}
