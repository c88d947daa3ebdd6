import { Button, Group, Modal, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { ResultColumn } from '#shared/model/query.ts'
import { ConditionTest, type ResultCondition } from '#shared/model/query-result.ts'
import { testTitles } from './condition-words.ts'

/** A filter on one column of the rows that were read. */
export function ConditionDialog({ column, columns, onAdd, onClose }: ConditionDialogProps) {
  return (
    <Modal opened={column !== null} onClose={onClose} title={column === null ? '' : `Filter by ${columns[column]?.name ?? ''}`} size={420}>
      {column !== null && <Form column={column} type={columns[column]?.type ?? ''} onAdd={onAdd} onClose={onClose} />}
    </Modal>
  )
}

interface ConditionDialogProps {
  /** null: closed. */
  readonly column: number | null
  readonly columns: readonly ResultColumn[]
  onAdd(condition: ResultCondition): void
  onClose(): void
}

type Choice = ConditionTest | 'null' | 'not-null'

const choices = [
  ...ConditionTest.options.map((value) => ({ value: value as Choice, label: testTitles[value] })),
  { value: 'null' as const, label: 'is null' },
  { value: 'not-null' as const, label: 'is not null' },
]

function Form({
  column,
  type,
  onAdd,
  onClose,
}: { readonly column: number; readonly type: string } & Pick<ConditionDialogProps, 'onAdd' | 'onClose'>) {
  const [choice, setChoice] = useState<Choice>(TEXTS.test(type) ? 'contains' : 'equals')
  const [value, setValue] = useState('')
  const needsValue = choice !== 'null' && choice !== 'not-null'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (choice === 'null') onAdd({ column, test: 'equals', value: null })
    else if (choice === 'not-null') onAdd({ column, test: 'differs', value: null })
    else onAdd({ column, test: choice, value })
    onClose()
  }
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="end" wrap="nowrap">
        <Select
          label="Rows whose value"
          data={choices}
          value={choice}
          onChange={(next) => next !== null && setChoice(next as Choice)}
          allowDeselect={false}
          w={170}
        />
        {needsValue && (
          <TextInput label="Value" value={value} onChange={({ currentTarget }) => setValue(currentTarget.value)} data-autofocus flex={1} />
        )}
      </Group>
      <Group justify="end" gap="xs" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={(choice === 'contains' || choice === 'lacks') && value === ''}>
          Filter
        </Button>
      </Group>
    </form>
  )
}

/** What is mostly searched for a part of it. */
const TEXTS = /^(text|character|name|json|xml|citext)/
