import { ActionIcon, Button, Select, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { Column } from '#shared/model/data-source.ts'
import { kindOfCategory } from '#ui/form/scalar.ts'
import { ValuesInput } from '#ui/form/values-input.tsx'
import styles from './condition-builder.module.css'
import { type ConditionDrafts, emptyTest, type TestDraft, takesOne, takesSeveral, testOperators } from './condition-model.ts'

/** Which rows an expectation is about: all, or those for which one of these groups holds. */
export function ConditionBuilder({ drafts, columns, problems, onChange }: ConditionBuilderProps) {
  const withGroup = (at: number, tests: readonly TestDraft[]) =>
    onChange(drafts.map((group, index) => (index === at ? tests : group)).filter((group) => group.length > 0))
  return (
    <fieldset className={styles.builder}>
      <legend>Rows</legend>
      {drafts.length === 0 ? (
        <div className={styles.none}>
          <Text component="span" c="dimmed">
            All rows are judged.
          </Text>
          <Button variant="default" size="compact-sm" onClick={() => onChange([[emptyTest]])}>
            Only some rows
          </Button>
        </div>
      ) : (
        <>
          {drafts.map((tests, group) => (
            <fieldset
              // biome-ignore lint/suspicious/noArrayIndexKey: groups have no name of their own, and their controls hold no state
              key={group}
              className={styles.group}
              aria-label={drafts.length === 1 ? 'Rows where' : `Rows where, way ${group + 1}`}
            >
              {tests.map((test, index) => (
                <Test
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  key={index}
                  lead={index > 0 ? 'and' : group > 0 ? 'or where' : 'Where'}
                  test={test}
                  columns={columns}
                  problem={problems[`${group}.${index}`] ?? null}
                  onChange={(next) =>
                    withGroup(
                      group,
                      tests.map((one, at) => (at === index ? next : one)),
                    )
                  }
                  onRemove={() =>
                    withGroup(
                      group,
                      tests.filter((_, at) => at !== index),
                    )
                  }
                />
              ))}
              <Button
                variant="subtle"
                size="compact-sm"
                w="fit-content"
                leftSection={<IconPlus size={14} aria-hidden />}
                onClick={() => withGroup(group, [...tests, emptyTest])}
              >
                And
              </Button>
            </fieldset>
          ))}
          <Button
            variant="default"
            size="compact-sm"
            w="fit-content"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange([...drafts, [emptyTest]])}
          >
            Or
          </Button>
        </>
      )}
    </fieldset>
  )
}

interface ConditionBuilderProps {
  readonly drafts: ConditionDrafts
  readonly columns: readonly Column[]
  /** What to say now, by `group.test`. */
  readonly problems: Readonly<Record<string, string>>
  onChange(drafts: ConditionDrafts): void
}

function Test({ lead, test, columns, problem, onChange, onRemove }: TestProps) {
  const kind = kindOfCategory(columns.find(({ name }) => name === test.column)?.category ?? null)
  const names = columns.map(({ name }) => name)
  const offered = test.column === '' || names.includes(test.column) ? names : [...names, test.column]
  return (
    <div className={styles.test}>
      <span className={styles.lead}>{lead}</span>
      <Select
        aria-label="Column of the condition"
        placeholder="Pick a column"
        data={offered}
        value={test.column === '' ? null : test.column}
        onChange={(column) => onChange({ ...test, column: column ?? '' })}
        searchable
        allowDeselect={false}
        comboboxProps={{ shadow: 'sm' }}
        error={test.column === '' ? problem : null}
      />
      <Select
        aria-label="How it compares"
        data={testOperators.map(({ value, label }) => ({ value, label }))}
        value={test.operator}
        onChange={(operator) => onChange({ ...test, operator: testOperators.find(({ value }) => value === operator)?.value ?? '==' })}
        allowDeselect={false}
        comboboxProps={{ shadow: 'sm' }}
      />
      {takesOne(test.operator) ? (
        <TextInput
          aria-label="Value of the condition"
          placeholder={kind === 'date' ? '2026-01-31' : kind === 'number' ? 'Number' : 'Value'}
          value={test.text}
          onChange={(event) => onChange({ ...test, text: event.currentTarget.value })}
          autoComplete="off"
          error={test.column === '' ? null : problem}
        />
      ) : (
        <span />
      )}
      <ActionIcon aria-label="Remove this condition" onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
      {takesSeveral(test.operator) && (
        <div className={styles.values}>
          <ValuesInput
            label="Values of the condition"
            value={test.values}
            onChange={(values) => onChange({ ...test, values })}
            kind={kind}
            error={test.column === '' ? null : problem}
          />
        </div>
      )}
    </div>
  )
}

interface TestProps {
  readonly lead: string
  readonly test: TestDraft
  readonly columns: readonly Column[]
  readonly problem: string | null
  onChange(test: TestDraft): void
  onRemove(): void
}
