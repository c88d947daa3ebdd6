import type { z } from 'zod'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { AnyExpectationDefinition } from './definition.ts'

/** Params as stored: GX's kwargs, without those that have their default value. */

export type ParsedKwargs =
  | {
      readonly ok: true /** With defaults filled in. */
      readonly params: Kwargs /** As GX writes them: defaults left out. */
      readonly kwargs: Kwargs
    }
  | { readonly ok: false /** The param; null where the whole is meant. */; readonly field: string | null; readonly sentence: string }

export function parseKwargs(definition: AnyExpectationDefinition, kwargs: Kwargs): ParsedKwargs {
  const parsed = definition.params.safeParse(kwargs)
  if (!parsed.success) return refusal(parsed.error)
  // The shape of a definition's params holds JSON only: they are what a file and the store hold.
  const params = parsed.data as Kwargs
  return { ok: true, params, kwargs: withoutDefaults(definition.params, params) }
}

function withoutDefaults(schema: z.ZodObject, params: Kwargs): Kwargs {
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => {
      const absent = (schema.shape[name] as z.ZodType | undefined)?.safeParse(undefined)
      return absent?.success !== true || JSON.stringify(absent.data) !== JSON.stringify(value)
    }),
  )
}

function refusal(error: z.ZodError): ParsedKwargs {
  const issue = error.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? null
    return { ok: false, field, sentence: `This expectation has no parameter "${field}".` }
  }
  const field = issue?.path[0]
  return { ok: false, field: field === undefined ? null : String(field), sentence: issue?.message ?? 'These parameters cannot be used.' }
}
