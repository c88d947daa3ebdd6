import type { ReactNode } from 'react'
import styles from './tone-badge.module.css'

export type Tone = 'passed' | 'failed' | 'warning' | 'neutral' | 'accent'

/** An icon and a word in a colour with a meaning; the word alone says it all. */
export function ToneBadge({ tone, icon, text, plain = false }: ToneBadgeProps) {
  return (
    <span className={styles.badge} data-tone={tone} data-plain={plain || undefined}>
      {icon}
      {text}
    </span>
  )
}

interface ToneBadgeProps {
  readonly tone: Tone
  readonly icon?: ReactNode
  readonly text: string
  /** Without a ground, for dense tables. */
  readonly plain?: boolean
}
