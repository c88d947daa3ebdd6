import { ActionIcon, Button, Checkbox, Popover, Text } from '@mantine/core'
import { IconListDetails } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { type PlanStep, planText, type RunPlan } from '#shared/model/run-plan.ts'
import { countOf, formatBytes } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { Problem } from './problem.tsx'
import styles from './run-plan-button.module.css'
import { useValidate } from './run-validate.ts'

/** Shows what a validation would send and what that costs the server, before it is sent. */
export function RunPlanButton({ assetId, period }: RunPlanButtonProps) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={460} trapFocus shadow="md">
      <Popover.Target>
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Plan of the next run"
          title="Plan of the next run"
          onClick={() => setOpened(!opened)}
        >
          <IconListDetails size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Plan of the next run">
        {opened && <Plan assetId={assetId} period={period} onStarted={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}

interface RunPlanButtonProps {
  readonly assetId: string
  /** Which batch; null: the newest, or the whole table. */
  readonly period: string | null
}

function Plan({ assetId, period, onStarted }: RunPlanButtonProps & { onStarted(): void }) {
  const validate = useValidate()
  const [verify, setVerify] = useState(false)
  const [allowed, setAllowed] = useState(false)
  const [starting, setStarting] = useState(false)
  const plan = useQuery(
    queries.validations.plan.queryOptions({ input: { assetId, verify, ...(period === null ? {} : { period }) }, staleTime: 0, gcTime: 0 }),
  )
  if (plan.isPending) return <Loading rows={4} />
  if (plan.isError) return <Problem error={plan.error} onRetry={() => void plan.refetch()} />
  const start = async () => {
    setStarting(true)
    try {
      const started = await validate([assetId], period, { verify, allowLargeSorts: allowed })
      if (started.length > 0) onStarted()
    } finally {
      setStarting(false)
    }
  }
  const { proved, broken, needsConsent } = plan.data
  return (
    <div className={styles.plan}>
      <Text component="p" m={0} fw={500}>
        {planText(plan.data)}
      </Text>
      <Steps plan={plan.data} />
      {proved.length > 0 && (
        <Facts title="Proved by constraints, so not measured" rows={proved.map(({ sentence, provedBy }) => [sentence, provedBy])} />
      )}
      {broken.length > 0 && <Facts title="Cannot be evaluated" rows={broken.map(({ sentence, why }) => [sentence, why])} />}
      {(proved.length > 0 || verify) && (
        <Checkbox label="Measure what is proved, too" checked={verify} onChange={(event) => setVerify(event.currentTarget.checked)} />
      )}
      {needsConsent && (
        <Checkbox
          label="Allow sorts of more than 10 GB on the server"
          description="They are held in memory and in temporary files there."
          checked={allowed}
          onChange={(event) => setAllowed(event.currentTarget.checked)}
        />
      )}
      <Button onClick={() => void start()} loading={starting} disabled={needsConsent && !allowed}>
        Validate
      </Button>
    </div>
  )
}

/** One bar a statement, as long as what it reads; what it has to hold beside it is said in words. */
function Steps({ plan }: { readonly plan: RunPlan }) {
  if (plan.steps.length === 0) return null
  return (
    <ol className={styles.steps} aria-label="Statements">
      {plan.steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one plan never change places
        <li key={index} className={styles.step} title={step.expectations.join('\n')}>
          <span className={styles.bar} data-kind={step.kind} aria-hidden />
          <span>
            {kinds[step.kind]}
            <Text component="span" c="dimmed">
              {` ${stepWords(step, plan)}`}
            </Text>
          </span>
        </li>
      ))}
    </ol>
  )
}

const kinds: Readonly<Record<PlanStep['kind'], string>> = {
  scan: 'One scan',
  sort: 'A sort',
  hash: 'A grouping',
  index: 'A look elsewhere',
  query: 'A query of your own',
}

function stepWords({ kind, expectations, holdsBytes, estimated }: PlanStep, { tableBytes }: RunPlan): string {
  const [only] = expectations
  const about = expectations.length === 1 && only !== undefined ? `“${only}”` : countOf(expectations.length, 'expectation')
  const reads = kind === 'query' || kind === 'index' ? '' : `, ${formatBytes(tableBytes)}`
  const size = formatBytes(holdsBytes ?? 0)
  const holds = holdsBytes === null ? '' : estimated ? `, holds about ${size} (the planner’s estimate)` : `, holds up to ${size}`
  return `for ${about}${reads}${holds}`
}

function Facts({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <details className={styles.facts}>
      <summary>{`${title} (${rows.length})`}</summary>
      <ul>
        {rows.map(([what, why]) => (
          <li key={`${what} ${why}`}>
            {what}
            <Text component="span" c="dimmed">{`: ${why}`}</Text>
          </li>
        ))}
      </ul>
    </details>
  )
}
