import { Input, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { severityTitles } from '#parts/severity-badge.tsx'
import { Severity } from '#shared/model/expectation.ts'
import type { FormState } from './kept-forms.ts'

/** What a person says of an expectation beside its params: how much it matters, and in words of their own. */
export function ExpectationWords({ state, needed, problem, onChange, onLeave }: ExpectationWordsProps) {
  return (
    <>
      <Input.Wrapper label="Severity" labelElement="div" description="How much a failure matters.">
        <SegmentedControl
          aria-label="Severity"
          mt={4}
          display="flex"
          w="fit-content"
          value={state.severity}
          onChange={(severity) => onChange({ severity: Severity.parse(severity) })}
          data={Severity.options.map((value) => ({ value, label: severityTitles[value] }))}
        />
      </Input.Wrapper>
      <TextInput
        label="Description"
        description={needed ? 'What the query looks for, in a sentence: lists and results show it.' : 'Shown in place of the sentence.'}
        required={needed}
        value={state.description}
        maxLength={2_000}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
        onBlur={onLeave}
        error={problem}
      />
      <Textarea
        label="Notes"
        description="For whoever reads this later."
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={state.notes}
        onChange={(event) => onChange({ notes: event.currentTarget.value })}
      />
    </>
  )
}

type Words = Pick<FormState, 'severity' | 'description' | 'notes'>

interface ExpectationWordsProps {
  readonly state: Words
  /** The description has to be given. */
  readonly needed: boolean
  /** What is wrong with the description. */
  readonly problem: string | undefined
  onChange(change: Partial<Words>): void
  /** The description was left. */
  onLeave(): void
}
