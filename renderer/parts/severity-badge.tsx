import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { Severity } from '#shared/model/expectation.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'

export const severityTitles: Readonly<Record<Severity, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info' }

/** How much a failure of an expectation matters. */
export function SeverityBadge({ severity, plain = false }: { readonly severity: Severity; readonly plain?: boolean }) {
  const { tone, icon: Icon } = looks[severity]
  return <ToneBadge tone={tone} text={severityTitles[severity]} icon={<Icon size={14} aria-hidden />} plain={plain} />
}

const looks: Readonly<Record<Severity, { readonly tone: Tone; readonly icon: typeof IconInfoCircle }>> = {
  critical: { tone: 'failed', icon: IconAlertOctagon },
  warning: { tone: 'warning', icon: IconAlertTriangle },
  info: { tone: 'neutral', icon: IconInfoCircle },
}
