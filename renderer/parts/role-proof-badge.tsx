import { IconAlertTriangle, IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import type { ProofLevel } from '#shared/model/role-proof.ts'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'
import { levelTitles } from './role-proof-words.ts'

/** How a finding, or a whole proof, is to be taken: an icon and a word. */
export function ProofBadge({ level, plain = false }: { readonly level: ProofLevel; readonly plain?: boolean }) {
  const { tone, icon: Icon } = looks[level]
  return <ToneBadge tone={tone} text={levelTitles[level]} icon={<Icon size={14} aria-hidden />} plain={plain} />
}

const looks: Readonly<Record<ProofLevel, { readonly tone: Tone; readonly icon: typeof IconShieldX }>> = {
  red: { tone: 'failed', icon: IconShieldX },
  amber: { tone: 'warning', icon: IconAlertTriangle },
  green: { tone: 'passed', icon: IconShieldCheck },
}
