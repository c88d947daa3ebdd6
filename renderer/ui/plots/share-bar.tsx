import styles from './share-bar.module.css'

/** A share as a bar with its figure beside it. `tone` colours it; the figure says it. */
export function ShareBar({ percent, text, tone = 'neutral', label }: ShareBarProps) {
  const width = percent === null ? 0 : Math.max(0, Math.min(100, percent))
  return (
    <span className={styles.row}>
      <span className={styles.track} aria-hidden>
        {/* A share above nothing is never drawn as nothing. */}
        <span className={styles.fill} data-tone={tone} style={{ width: `${width === 0 ? 0 : Math.max(width, 2)}%` }} />
      </span>
      <span className={styles.figure}>
        {label !== undefined && <span className="visually-hidden">{label}: </span>}
        {text}
      </span>
    </span>
  )
}

interface ShareBarProps {
  /** 0 to 100. null: there is nothing to take a share of. */
  readonly percent: number | null
  /** The figure as it is read. */
  readonly text: string
  readonly tone?: 'neutral' | 'accent' | 'failed'
  /** Names the figure where no column head does. */
  readonly label?: string
}
