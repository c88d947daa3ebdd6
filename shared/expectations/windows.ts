import type { Expectation, Kwargs, Window } from '#shared/model/expectation.ts'
import type { Prose } from './definition.ts'
import { say, valueText } from './prose.ts'

/** Bounds that follow what earlier runs saw: `{"$PARAMETER": name}` in the kwargs, and a window of that name. */

type Windowed = Pick<Expectation, 'kwargs' | 'windows'>

export function hasWindows({ windows }: Windowed): boolean {
  return windows !== undefined && windows.length > 0
}

/**
 * The kwargs with their bounds in place. `observed` gives the values of the last runs that judged it, newest first, at most as
 * many as asked for. Fewer runs than the range: all of them count; none: no bound, so that the first run passes.
 */
export function resolveWindows(expectation: Windowed, observed: (range: number) => readonly number[]): Kwargs {
  const { kwargs, windows = [] } = expectation
  const byName = new Map(windows.map((window) => [window.parameter_name, window]))
  return Object.fromEntries(
    Object.entries(kwargs).map(([field, value]) => {
      const window = byName.get(parameterOf(value) ?? '')
      return window === undefined ? [field, value] : [field, boundOf(window, field, observed(window.range))]
    }),
  )
}

/** For lists and forms, which have no runs at hand: the kwargs without the bounds that are not known. */
export function withoutWindows({ kwargs, windows = [] }: Windowed): Kwargs {
  const names = new Set(windows.map(({ parameter_name }) => parameter_name))
  return Object.fromEntries(Object.entries(kwargs).filter(([, value]) => !names.has(parameterOf(value) ?? '')))
}

/** ": more than in the run before", for behind the sentence; nothing without a window. */
export function windowsProse({ kwargs, windows = [] }: Windowed): Prose {
  const [window] = windows
  if (window === undefined) return []
  const follows = (field: string) => windows.some((one) => one.parameter_name === parameterOf(kwargs[field]))
  const mean = say`the mean of the last ${valueText(window.range)} runs`
  const amount = Math.max(window.offset.positive, window.offset.negative)
  if (follows('min_value') && follows('max_value')) {
    return say`: within ${offsetText(window, amount)} of ${window.range === 1 ? say`what it was in the run before` : mean}`
  }
  const lower = follows('min_value')
  const side = window.strict ? (lower ? say`more than` : say`less than`) : lower ? say`at least as in` : say`at most as in`
  const base = window.range === 1 ? (window.strict ? say`in the run before` : say`the run before`) : mean
  return amount === 0 ? say`: ${side} ${base}` : say`: ${side} ${base}, give or take ${offsetText(window, amount)}`
}

function offsetText(window: Window, amount: number): Prose {
  return window.offset_unit === 'absolute' ? say`${valueText(amount)}` : say`${valueText(`${Number((amount * 100).toPrecision(6))} %`)}`
}

function boundOf({ offset, offset_unit = 'relative' }: Window, field: string, values: readonly number[]): number | null {
  if (values.length === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const step = (share: number) => (offset_unit === 'absolute' ? share : Math.abs(mean) * share)
  return field.startsWith('max') ? mean + step(offset.positive) : mean - step(offset.negative)
}

function parameterOf(value: Kwargs[string] | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const name = value.$PARAMETER
  return typeof name === 'string' ? name : null
}
