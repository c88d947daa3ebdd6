import { Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { expectTableColumnsToMatchSet } from '#shared/expectations/expect-table-columns-to-match-set.ts'
import { proseText } from '#shared/expectations/prose.ts'
import { GeneratedKind, type RelationName } from '#shared/model/data-asset.ts'
import { generatedWords } from './generated-words.ts'
import styles from './setup.module.css'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'

export function StepExpectations({ wizard, dispatch, goTo }: StepProps) {
  const { selected, generate, dataSourceId } = wizard.draft
  const first = selected[0]
  return (
    <StepFrame
      title="Expectations"
      about="Expectations say what is expected of a data asset. You can add others to each asset afterwards."
      onBack={() => goTo('tables')}
      onNext={() => goTo('add-assets')}
      next="Continue"
    >
      <fieldset className={styles.kinds}>
        <legend>Generate Expectations that detect, in the selected Data Assets</legend>
        {GeneratedKind.options.map((kind) => (
          <Switch
            key={kind}
            label={generatedWords[kind].title}
            description={generatedWords[kind].means}
            checked={generate.includes(kind)}
            onChange={(event) => dispatch({ type: 'generation-switched', kind, on: event.currentTarget.checked })}
          />
        ))}
      </fieldset>
      {generate.includes('column-changes') && first !== undefined && dataSourceId !== null && (
        <Example dataSourceId={dataSourceId} relation={first} />
      )}
      {generate.length === 0 && (
        <Text component="p" m={0} c="dimmed">
          No expectations are made. An asset without expectations has nothing to validate until you add one.
        </Text>
      )}
    </StepFrame>
  )
}

/** The sentence for the first table of the selection, from its columns as they are now. */
function Example({ dataSourceId, relation }: { readonly dataSourceId: string; readonly relation: RelationName }) {
  const columns = useQuery(
    queries.query.columns.queryOptions({ input: { dataSourceId, schema: relation.schema, relation: relation.name } }),
  )
  if (columns.isError) return <Problem error={columns.error} onRetry={() => void columns.refetch()} />
  if (columns.data === undefined) return null
  const sentence = proseText(expectTableColumnsToMatchSet.prose({ column_set: columns.data.map(({ name }) => name), exact_match: true }))
  return (
    <Text component="p" m={0}>
      For example, for{' '}
      <strong>
        {relation.schema}.{relation.name}
      </strong>
      : {sentence}.
    </Text>
  )
}
