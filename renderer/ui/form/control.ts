import type { ReactNode } from 'react'

/** What every control of a form takes: its words, its value, and what is wrong with it. */
export interface ControlProps<Value> {
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly value: Value
  onChange(value: Value): void
  /** The person has left it: what is wrong may be said now. */
  onBlur?(): void
  readonly error?: string | null | undefined
  readonly required?: boolean
  readonly placeholder?: string
}
