import styles from './script-view.module.css'

/** A script to read. */
export function ScriptView({ sql, label }: { readonly sql: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.view} aria-label={label} tabIndex={0}>
      <pre className={styles.text}>{sql}</pre>
    </section>
  )
}
