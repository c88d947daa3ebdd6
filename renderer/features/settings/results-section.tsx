import { Select } from '@mantine/core'
import { usePreferences } from '#api/preferences.ts'
import { Section } from '#ui/section.tsx'

/** How long results of validations are kept. */
export function ResultsSection() {
  const { preferences, change } = usePreferences()
  const { keepResultsDays } = preferences
  return (
    <Section
      title="Results"
      about="Older results are removed at each start and every six hours. The last ten runs of each data asset always stay."
    >
      <Select
        aria-label="Keep results"
        w={240}
        allowDeselect={false}
        data={choices(keepResultsDays)}
        value={String(keepResultsDays)}
        onChange={(value) => change({ keepResultsDays: value === null || value === 'null' ? null : Number(value) })}
      />
    </Section>
  )
}

const usual = [30, 90, 365, 1_095]

/** With the one that is set, which the command line or an older version may have chosen. */
function choices(days: number | null): { value: string; label: string }[] {
  const offered = days === null || usual.includes(days) ? usual : [...usual, days].sort((one, other) => one - other)
  return [
    { value: 'null', label: 'Keep all results' },
    ...offered.map((count) => ({ value: String(count), label: `Keep results for ${count} days` })),
  ]
}
