import styles from './share-bar.module.css'

/** A share as a bar with its figure beside it. `tone` colours it; the figure says it. */
export function ShareBar({ percent, text, tone = 'neutral', label, mark }: ShareBarProps) {
  const width = percent === null ? 0 : Math.max(0, Math.min(100, percent))
  return (
    <span className={styles.row}>
      <span className={styles.track} aria-hidden data-long={mark !== undefined || undefined}>
        {/* A share above nothing is never drawn as nothing, nor one below the whole as the whole. */}
        <span className={styles.fill} data-tone={tone} style={{ width: `${drawn(width)}%` }} />
        {mark !== undefined && <span className={styles.mark} style={{ left: `${Math.max(0, Math.min(100, mark))}%` }} />}
      </span>
      <span className={styles.figure}>
        {label !== undefined && <span className="visually-hidden">{label}: </span>}
        {text}
      </span>
    </span>
  )
}

function drawn(percent: number): number {
  if (percent === 0 || percent === 100) return percent
  return Math.min(98, Math.max(2, percent))
}

interface ShareBarProps {
  /** 0 to 100. null: there is nothing to take a share of. */
  readonly percent: number | null
  /** The figure as it is read. */
  readonly text: string
  readonly tone?: 'neutral' | 'accent' | 'failed' | 'passed'
  /** Names the figure where no column head does. */
  readonly label?: string
  /** A share to compare it with, 0 to 100, as a line across; the text should say it. */
  readonly mark?: number
}
