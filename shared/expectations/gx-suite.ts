import type { Expectation, Kwargs, SuiteParameters } from '#shared/model/expectation.ts'
import { findExpectation } from './registry.ts'

/** Expectations in the form of GX Core's own suite files (its version 1), for people who go on with them there. */

/** What GX reads as one expectation. Params that say what they would say anyway are left out, as GX leaves them out. */
export function gxExpectation({ id, type, kwargs, severity, description, notes, windows }: Expectation): Kwargs {
  return {
    type,
    id,
    kwargs: withoutDefaults(type, kwargs),
    meta: {},
    severity,
    ...(description === null ? {} : { description }),
    ...(notes === null ? {} : { notes }),
    ...(windows === undefined || windows.length === 0 ? {} : { windows: windows.map(said) }),
  }
}

/** The suite of an asset; what GX cannot check on PostgreSQL is named, and left out of it. */
export function gxSuite(
  name: string,
  expectations: readonly Expectation[],
  parameters: SuiteParameters,
): { readonly suite: Kwargs; readonly leftOut: readonly Expectation[] } {
  const known = expectations.filter(({ type }) => isInGx(type))
  return {
    suite: {
      name,
      notes: null,
      meta: {},
      ...(Object.keys(parameters).length === 0 ? {} : { suite_parameters: parameters }),
      expectations: known.map(gxExpectation),
    },
    leftOut: expectations.filter(({ type }) => !isInGx(type)),
  }
}

export function isInGx(type: string): boolean {
  return findExpectation(type)?.beyondGx !== true
}

function withoutDefaults(type: string, kwargs: Kwargs): Kwargs {
  const shape = findExpectation(type)?.params.shape ?? {}
  return Object.fromEntries(
    Object.entries(kwargs).filter(([name, value]) => {
      const initial = shape[name]?.safeParse(undefined)
      return initial?.success !== true || JSON.stringify(initial.data) !== JSON.stringify(value)
    }),
  )
}

function said(window: object): Kwargs {
  return Object.fromEntries(Object.entries(window).filter(([, value]) => value !== undefined))
}
