import type { ReactNode } from 'react'
import styles from './definition-list.module.css'

/** Facts as term and value, in two columns. `inline`: short ones, several on a line. */
export function DefinitionList({ items, inline = false }: DefinitionListProps) {
  return (
    <dl className={inline ? styles.inline : styles.list}>
      {items.map(({ term, value }) => (
        <div key={term} className={styles.row}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface DefinitionListProps {
  readonly items: readonly { readonly term: string; readonly value: ReactNode }[]
  readonly inline?: boolean
}
