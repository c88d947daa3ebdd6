import { SegmentedControl, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core'
import { IconChevronRight, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { expectationDefinitions } from '#shared/expectations/registry.ts'
import type { Column } from '#shared/model/data-source.ts'
import { HintedSelect } from '#ui/form/hinted-select.tsx'
import styles from './expectations.module.css'
import { acceptsColumn, formFields } from './form-model.ts'
import { definitionsByIssue, searchDefinitions } from './group-expectations.ts'

/** How a person looks for an expectation: by what may be wrong, or by the column it may be wrong in. */
export interface PickerState {
  readonly by: 'issue' | 'column'
  readonly column: string
}

/** Picks what to expect. The search reads titles, summaries and GX's type names. */
export function ExpectationPicker({ state, onState, columns, onPick }: ExpectationPickerProps) {
  const [search, setSearch] = useState('')
  const column = columns.find(({ name }) => name === state.column) ?? null
  const byColumn = state.by === 'column'
  const offered = byColumn
    ? expectationDefinitions.filter((definition) => column !== null && speaksAbout(definition, column))
    : expectationDefinitions
  const groups = definitionsByIssue(searchDefinitions(offered, search))
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Pick by"
        fullWidth
        value={state.by}
        onChange={(by) => onState({ ...state, by: by === 'column' ? 'column' : 'issue' })}
        data={[
          { value: 'issue', label: 'By data quality issue' },
          { value: 'column', label: 'By column' },
        ]}
      />
      {byColumn && (
        <HintedSelect
          label="Column"
          value={state.column}
          onChange={(name) => onState({ ...state, column: name })}
          options={columns.map(({ name, type }) => ({ value: name, label: name, hint: type }))}
          placeholder="Pick a column"
          nothingFound="No column has this name."
        />
      )}
      {(!byColumn || column !== null) && (
        <TextInput
          type="search"
          data-autofocus
          aria-label="Search expectations"
          placeholder="Search expectations"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {groups.map(({ issue, items }) => (
        <div key={issue}>
          <Title order={3} size="h4" c="dimmed" mb={4}>
            {issue}
          </Title>
          <ul className={styles.choices}>
            {items.map((definition) => (
              <li key={definition.type}>
                <UnstyledButton className={styles.choice} onClick={() => onPick(definition, byColumn ? column : null)}>
                  <span>
                    <strong>{definition.title}</strong>
                    <Text component="span" display="block" c="dimmed">
                      {definition.summary}
                    </Text>
                  </span>
                  <IconChevronRight size={16} aria-hidden className={styles.chevron} />
                </UnstyledButton>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {groups.length === 0 && (!byColumn || column !== null) && <Text c="dimmed">Nothing matches the search.</Text>}
    </Stack>
  )
}

interface ExpectationPickerProps {
  readonly state: PickerState
  onState(state: PickerState): void
  readonly columns: readonly Column[]
  /** `column`: the one that was picked first; null when the way was by issue. */
  onPick(definition: AnyExpectationDefinition, column: Column | null): void
}

/** Its first column can be this one. */
function speaksAbout(definition: AnyExpectationDefinition, column: Column): boolean {
  const field = formFields(definition).find((candidate) => candidate.field.control === 'column')?.field
  return field?.control === 'column' && acceptsColumn(field.accepts, column)
}
