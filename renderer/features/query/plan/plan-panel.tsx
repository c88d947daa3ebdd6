import { Button, Group, SegmentedControl, Text } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { costliest, parsePlan, planAsText, type QueryPlan } from '#shared/postgres/query-plan.ts'
import { copyText } from '#ui/copy-text.ts'
import { Loading } from '#ui/loading.tsx'
import styles from './plan.module.css'
import { PlanDetails } from './plan-details.tsx'
import { PlanFlame } from './plan-flame.tsx'
import { PlanTable } from './plan-table.tsx'
import { PlanTree } from './plan-tree.tsx'
import { figureText, planSentence } from './plan-words.ts'

/** What EXPLAIN found, as a table, a tree or a flame. */
export function PlanPanel({ resultId }: { readonly resultId: string }) {
  const cell = useQuery({
    ...queries.query.cell.queryOptions({ input: { resultId, row: 0, column: 0 } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const text = cell.data?.value ?? ''
  const plan = useMemo(() => parsePlan(text), [text])
  if (cell.isPending) return <Loading rows={6} />
  if (cell.isError) return <Problem error={cell.error} onRetry={() => void cell.refetch()} />
  if (plan === null)
    return (
      <Text c="dimmed">
        {cell.data.truncated
          ? 'This plan is too large to be drawn. It stands under Data output.'
          : 'This plan cannot be drawn. It stands under Data output.'}
      </Text>
    )
  return <Plan plan={plan} json={text} />
}

type View = 'table' | 'tree' | 'flame'

function Plan({ plan, json }: { readonly plan: QueryPlan; readonly json: string }) {
  const most = costliest(plan)
  const [view, setView] = useState<View>('table')
  const [pickedId, setPickedId] = useState(most?.node.id ?? 0)
  const picked = plan.nodes[pickedId] ?? plan.root
  const drawn = { plan, picked, onPick: setPickedId }
  return (
    <div className={styles.plan}>
      <Group gap="sm" className={styles.bar}>
        <SegmentedControl
          aria-label="How the plan is drawn"
          size="xs"
          value={view}
          onChange={(next) => setView(next as View)}
          data={[
            { value: 'table', label: 'Table' },
            { value: 'tree', label: 'Tree' },
            { value: 'flame', label: 'Flame' },
          ]}
        />
        <p className={styles.sentence} role="status">
          {planSentence(plan, most)}
        </p>
        <Group gap="xs" ml="auto">
          <CopyButton label="Copy as text" text={() => planAsText(plan)} />
          <CopyButton label="Copy as JSON" text={() => json} />
        </Group>
      </Group>
      <div className={styles.split}>
        <div className={styles.view}>
          {view === 'table' && <PlanTable {...drawn} />}
          {view === 'tree' && <PlanTree {...drawn} />}
          {view === 'flame' && <PlanFlame {...drawn} />}
          <Ends plan={plan} />
        </div>
        <PlanDetails plan={plan} node={picked} />
      </div>
    </div>
  )
}

function Ends({ plan }: { readonly plan: QueryPlan }) {
  const lines = [
    ...plan.triggers.map(
      ({ name, relation, ms, calls }) =>
        `Trigger ${name}${relation === null ? '' : ` on ${relation}`}: ${figureText(ms, 'ms')} in ${calls.toLocaleString()} calls`,
    ),
    ...(plan.jitMs === null ? [] : [`JIT compilation: ${figureText(plan.jitMs, 'ms')}`]),
  ]
  if (lines.length === 0) return null
  return (
    <ul className={styles.ends}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function CopyButton({ label, text }: { readonly label: string; text(): string }) {
  return (
    <Button
      variant="default"
      size="compact-xs"
      leftSection={<IconCopy size={12} aria-hidden />}
      onClick={() => void copyText(text(), 'The plan is copied.')}
    >
      {label}
    </Button>
  )
}
