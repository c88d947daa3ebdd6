import { Select, Switch, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { severityTitles } from '#parts/severity-badge.tsx'
import { Severity } from '#shared/model/expectation.ts'
import { countOf } from '#ui/format.ts'
import type { ResultFilter } from './result-sections.ts'
import styles from './validations.module.css'

/** Above the results: a search, failures only, and how severe. */
export function ResultFilters({ filter, onFilter, shown, total }: ResultFiltersProps) {
  return (
    <div className={styles.filters}>
      <TextInput
        type="search"
        w={260}
        aria-label="Search results"
        placeholder="Search results"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filter.search}
        onChange={(event) => onFilter({ ...filter, search: event.currentTarget.value })}
      />
      <Select
        aria-label="Filter by severity"
        w={150}
        data={[{ value: 'all', label: 'All severities' }, ...Severity.options.map((value) => ({ value, label: severityTitles[value] }))]}
        value={filter.severity}
        onChange={(value) => onFilter({ ...filter, severity: Severity.safeParse(value).data ?? 'all' })}
        allowDeselect={false}
      />
      <Switch
        label="Failures only"
        checked={filter.failuresOnly}
        onChange={(event) => onFilter({ ...filter, failuresOnly: event.currentTarget.checked })}
      />
      <Text component="span" c="dimmed" role="status" ml="auto">
        {shown === total ? countOf(total, 'result') : `${shown} of ${countOf(total, 'result')}`}
      </Text>
    </div>
  )
}

interface ResultFiltersProps {
  readonly filter: ResultFilter
  onFilter(filter: ResultFilter): void
  readonly shown: number
  readonly total: number
}
