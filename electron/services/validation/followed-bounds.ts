import { fieldOf } from '#shared/expectations/fields.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
import { hasWindows, resolveWindows } from '#shared/expectations/windows.ts'
import type { Expectation, Kwargs } from '#shared/model/expectation.ts'

/** With the bounds that follow earlier runs in place, as they are now. */
export function followed(
  expectations: readonly Expectation[],
  observed: (expectationId: string, count: number) => readonly number[],
): Expectation[] {
  return expectations.map((expectation) =>
    hasWindows(expectation)
      ? {
          ...expectation,
          kwargs: whole(
            expectation.type,
            resolveWindows(expectation, (range) => observed(expectation.id, range)),
          ),
        }
      : expectation,
  )
}

/** A bound of a whole number is the next one that says the same of whole numbers. */
function whole(type: string, kwargs: Kwargs): Kwargs {
  const shape = findExpectation(type)?.params.shape ?? {}
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, value]) => {
      const schema = shape[name]
      if (typeof value !== 'number' || schema === undefined || fieldOf(schema)?.control !== 'integer') return [name, value]
      const lower = name.startsWith('min')
      const strict = kwargs[lower ? 'strict_min' : 'strict_max'] === true
      return [name, lower === strict ? Math.floor(value) : Math.ceil(value)]
    }),
  )
}
