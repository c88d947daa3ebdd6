import { shortFigure } from './short-figure.ts'

/** A figure of a column as the overview writes it: one line, or two of a date with a time. Pure. */
export interface FigureText {
  readonly text: string
  /** Below it: the time of day, to the second. */
  readonly below: string | null
}

/**
 * `value`: PostgreSQL's own text; `category`: that of the type (typcategory). What is left out (a mean's sixteenth
 * decimal, microseconds) says little here, and would push other columns out of the window.
 */
export function figureText(value: string, category: string): FigureText {
  if (category === 'N') return { text: shortFigure(value), below: null }
  const [, date, time] = (category === 'D' && /^(\S+) (\d.*)$/.exec(value)) || []
  return date === undefined || time === undefined ? { text: value, below: null } : { text: date, below: time.replace(/\.\d+/, '') }
}
