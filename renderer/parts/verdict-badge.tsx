import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconLoader2,
  IconPlayerPause,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import type { ExpectationResult, RunSummary } from '#shared/model/run.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

interface Look {
  readonly text: string
  readonly tone: Tone
  readonly icon: typeof IconClock
}

/** What a run came to: its verdict when it is done, else its state. null: never validated. */
export function VerdictBadge({
  run,
  plain = false,
}: {
  readonly run: Pick<RunSummary, 'state' | 'verdict'> | null
  readonly plain?: boolean
}) {
  return <Badge look={verdictOf(run)} plain={plain} />
}

/** What one expectation came to. */
export function OutcomeBadge({ outcome, plain = false }: { readonly outcome: ExpectationResult['outcome']; readonly plain?: boolean }) {
  return <Badge look={outcomes[outcome]} plain={plain} />
}

/** The word alone, for sorting and for plain text. */
export function verdictWord(run: Pick<RunSummary, 'state' | 'verdict'> | null): string {
  return verdictOf(run).text
}

function Badge({ look: { text, tone, icon: Icon }, plain }: { readonly look: Look; readonly plain: boolean }) {
  return <ToneBadge tone={tone} text={text} icon={<Icon size={14} aria-hidden />} plain={plain} />
}

const outcomes: Readonly<Record<ExpectationResult['outcome'], Look>> = {
  passed: { text: 'Passed', tone: 'passed', icon: IconCircleCheck },
  failed: { text: 'Failed', tone: 'failed', icon: IconCircleX },
  error: { text: 'Error', tone: 'warning', icon: IconAlertTriangle },
  incomplete: { text: 'Incomplete', tone: 'warning', icon: IconCircleDashed },
}

const states: Readonly<Record<Exclude<RunSummary['state'], 'done'>, Look>> = {
  queued: { text: 'Queued', tone: 'neutral', icon: IconClock },
  running: { text: 'Running', tone: 'accent', icon: IconLoader2 },
  failed: { text: 'Could not run', tone: 'warning', icon: IconAlertTriangle },
  cancelled: { text: 'Cancelled', tone: 'neutral', icon: IconPlayerPause },
  interrupted: { text: 'Interrupted', tone: 'warning', icon: IconPlugConnectedX },
  incomplete: outcomes.incomplete,
}

const neverValidated: Look = { text: 'Not validated', tone: 'neutral', icon: IconCircleDashed }

function verdictOf(run: Pick<RunSummary, 'state' | 'verdict'> | null): Look {
  if (run === null) return neverValidated
  if (run.state !== 'done') return states[run.state]
  return run.verdict === null ? neverValidated : outcomes[run.verdict]
}
