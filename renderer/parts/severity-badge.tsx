import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { Severity } from '#shared/model/expectation.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

export const severityTitles: Readonly<Record<Severity, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info' }

/** How much a failure of an expectation matters. `quiet`: nothing has failed, so that it must not look like an alarm. */
export function SeverityBadge({ severity, plain = false, quiet = false }: SeverityBadgeProps) {
  const { tone, icon: Icon } = looks[severity]
  const text = severityTitles[severity]
  if (quiet) return <ToneBadge tone="neutral" text={text} plain />
  return <ToneBadge tone={tone} text={text} icon={<Icon size={14} aria-hidden />} plain={plain} />
}

interface SeverityBadgeProps {
  readonly severity: Severity
  readonly plain?: boolean
  readonly quiet?: boolean
}

const looks: Readonly<Record<Severity, { readonly tone: Tone; readonly icon: typeof IconInfoCircle }>> = {
  critical: { tone: 'failed', icon: IconAlertOctagon },
  warning: { tone: 'warning', icon: IconAlertTriangle },
  info: { tone: 'neutral', icon: IconInfoCircle },
}
