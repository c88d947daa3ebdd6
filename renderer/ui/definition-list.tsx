import type { ReactNode } from 'react'
import styles from './definition-list.module.css'

/** Facts as term and value, in two columns. */
export function DefinitionList({ items }: { readonly items: readonly { readonly term: string; readonly value: ReactNode }[] }) {
  return (
    <dl className={styles.list}>
      {items.map(({ term, value }) => (
        <div key={term} className={styles.row}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
