import { Badge, Chip, Group, Kbd, SegmentedControl, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core'
import { IconChevronRight, IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { ProseText } from '#parts/expectation-sentence.tsx'
import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { expectationDefinitions } from '#shared/expectations/registry.ts'
import type { AssetProfile } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import { DataQualityIssue } from '#shared/model/expectation.ts'
import { HintedSelect } from '#ui/form/hinted-select.tsx'
import { countOf } from '#ui/format.ts'
import styles from './expectations.module.css'
import { exampleOf, galleryGroups } from './gallery.ts'

/** How a person looks for an expectation: by what may be wrong, or by the column it may be wrong in. */
export interface PickerState {
  readonly by: 'issue' | 'column'
  readonly column: string
}

/** The gallery: everything that can be expected, each with a sentence on the user's own columns. One click leads to the form. */
export function ExpectationPicker({ state, onState, columns, profile, onPick }: ExpectationPickerProps) {
  const [search, setSearch] = useState('')
  const [issue, setIssue] = useState<DataQualityIssue | null>(null)
  const field = useRef<HTMLInputElement>(null)
  // The drawer looks for what to focus when it opens, and that is before the columns are known.
  useEffect(() => field.current?.focus(), [])
  const column = columns.find(({ name }) => name === state.column) ?? null
  const byColumn = state.by === 'column'
  const waiting = byColumn && column === null
  const groups = galleryGroups({ search, issue: byColumn ? null : issue, column: byColumn ? column : null })
  const count = groups.reduce((sum, { items }) => sum + items.length, 0)
  const examples = useMemo(
    () => new Map(expectationDefinitions.map((each) => [each.type, exampleOf(each, columns, profile, byColumn ? column : null)])),
    [columns, profile, byColumn, column],
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows belong to the search and the choices inside
    <div className={styles.gallery} onKeyDown={walk}>
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
        {!waiting && (
          <TextInput
            ref={field}
            type="search"
            data-autofocus
            aria-label="Search expectations"
            placeholder="Search expectations"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        {!byColumn && (
          <fieldset className={styles.issues}>
            <legend className={styles.unseen}>Data quality issue</legend>
            <Chip.Group value={issue ?? ALL} onChange={(next) => setIssue(next === ALL ? null : DataQualityIssue.parse(next))}>
              {[ALL, ...offeredIssues].map((name) => (
                <Chip key={name} value={name} size="xs" radius="sm">
                  {name}
                </Chip>
              ))}
            </Chip.Group>
          </fieldset>
        )}
        {!waiting && (
          <Group justify="space-between">
            <Text c="dimmed" size="xs" role="status">
              {countOf(count, 'expectation')}
            </Text>
            <Text c="dimmed" size="xs">
              <Kbd size="xs">↓</Kbd> walks through them, <Kbd size="xs">Enter</Kbd> picks
            </Text>
          </Group>
        )}
        {!waiting &&
          groups.map(({ issue: heading, items }) => (
            <div key={heading}>
              <Title order={3} size="h4" c="dimmed" mb={4}>
                {heading}
              </Title>
              <ul className={styles.choices}>
                {items.map((definition) => (
                  <Choice
                    key={definition.type}
                    definition={definition}
                    example={examples.get(definition.type) ?? null}
                    onPick={() => onPick(definition, byColumn ? column : null)}
                  />
                ))}
              </ul>
            </div>
          ))}
        {!waiting && count === 0 && (
          <Text c="dimmed">Nothing matches the search. It looks through titles, sentences and GX’s type names.</Text>
        )}
      </Stack>
    </div>
  )
}

interface ExpectationPickerProps {
  readonly state: PickerState
  onState(state: PickerState): void
  readonly columns: readonly Column[]
  /** For the examples; null when nothing was measured. */
  readonly profile: AssetProfile | null
  /** `column`: the one that was picked first; null when the way was by issue. */
  onPick(definition: AnyExpectationDefinition, column: Column | null): void
}

const ALL = 'All'
const offeredIssues = DataQualityIssue.options.filter((issue) => expectationDefinitions.some((definition) => definition.issue === issue))

function Choice({ definition, example, onPick }: ChoiceProps) {
  return (
    <li>
      <UnstyledButton className={styles.choice} onClick={onPick} data-choice>
        <span className={styles.words}>
          <strong>{definition.title}</strong>
          {definition.beyondGx === true && (
            <Badge component="span" variant="default" size="xs" ml={6}>
              Beyond GX
            </Badge>
          )}
          <Text component="span" display="block" c="dimmed">
            {definition.summary}
          </Text>
          {example !== null && (
            <span className={styles.example}>
              {example.measured ? 'From the profile: ' : 'For example: '}
              <ProseText prose={example.prose} />
            </span>
          )}
        </span>
        <IconChevronRight size={16} aria-hidden className={styles.chevron} />
      </UnstyledButton>
    </li>
  )
}

interface ChoiceProps {
  readonly definition: AnyExpectationDefinition
  readonly example: ReturnType<typeof exampleOf>
  onPick(): void
}

/** From the search down into the choices, from one to the next, and up again. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget } = event
  if (!(target instanceof HTMLElement)) return
  const search = currentTarget.querySelector<HTMLElement>('input[type="search"]')
  const all = [...currentTarget.querySelectorAll<HTMLElement>('[data-choice]')]
  const at = all.indexOf(target)
  if (at === -1 && target !== search) return
  const to = event.key === 'ArrowDown' ? all[at + 1] : event.key === 'ArrowUp' && at >= 0 ? (all[at - 1] ?? search) : undefined
  if (to === undefined || to === null) return
  event.preventDefault()
  to.focus()
}
