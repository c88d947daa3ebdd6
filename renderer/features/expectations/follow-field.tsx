import { Input, SegmentedControl, Select } from '@mantine/core'
import { FigureInput } from '#ui/form/figure-input.tsx'
import styles from './expectations.module.css'
import { type FollowDraft, startingFollow } from './follow-model.ts'

/** Bounds that are typed in, or that follow what earlier runs saw. */
export function FollowField({ draft, problems, onChange }: FollowFieldProps) {
  return (
    <>
      <Input.Wrapper label="Bounds" labelElement="div">
        <SegmentedControl
          aria-label="Bounds"
          mt={4}
          display="flex"
          w="fit-content"
          value={draft === null ? 'fixed' : 'follow'}
          onChange={(value) => onChange(value === 'follow' ? startingFollow : null)}
          data={[
            { value: 'fixed', label: 'Fixed' },
            { value: 'follow', label: 'Follow earlier runs' },
          ]}
        />
      </Input.Wrapper>
      {draft !== null && (
        <div className={styles.follow}>
          <Select
            label="Which side"
            data={sides.map(({ value, label }) => ({ value, label }))}
            value={draft.side}
            onChange={(side) => onChange({ ...draft, side: sides.find(({ value }) => value === side)?.value ?? 'both' })}
            allowDeselect={false}
            comboboxProps={{ shadow: 'sm' }}
          />
          <FigureInput
            label="By at most"
            unit="%"
            value={draft.percent}
            onChange={(percent) => onChange({ ...draft, percent })}
            error={problems.percent}
          />
          <FigureInput
            label="Mean of the last"
            unit="runs"
            whole
            value={draft.runs}
            onChange={(runs) => onChange({ ...draft, runs })}
            error={problems.runs}
          />
        </div>
      )}
    </>
  )
}

interface FollowFieldProps {
  /** null: bounds are typed in. */
  readonly draft: FollowDraft | null
  /** What to say now. */
  readonly problems: { readonly percent?: string; readonly runs?: string }
  onChange(draft: FollowDraft | null): void
}

const sides: readonly { readonly value: FollowDraft['side']; readonly label: string }[] = [
  { value: 'both', label: 'Not above, not below' },
  { value: 'above', label: 'Not above' },
  { value: 'below', label: 'Not below' },
]
