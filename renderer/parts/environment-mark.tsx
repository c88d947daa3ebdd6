import type { Environment } from '#shared/model/data-source.ts'
import styles from './environment-mark.module.css'

export const environmentTitles: Readonly<Record<Environment, string>> = {
  none: 'Not set',
  development: 'Development',
  staging: 'Staging',
  production: 'Production',
}

/** A small square in the colour of the environment. The word stands beside it, or in its title. */
export function EnvironmentMark({ environment }: { readonly environment: Environment }) {
  return <span className={styles.mark} data-environment={environment} aria-hidden title={environmentTitles[environment]} />
}
