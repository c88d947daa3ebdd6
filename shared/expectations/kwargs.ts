import type { z } from 'zod'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { AnyExpectationDefinition } from './definition.ts'
import { type RowCondition, readRowCondition } from './row-condition.ts'

/** Params as stored: GX's kwargs, without those that have their default value. */

export type ParsedKwargs =
  | {
      readonly ok: true /** With defaults filled in. */
      readonly params: Kwargs /** As GX writes them: defaults left out. */
      readonly kwargs: Kwargs
      /** Which rows it is about; null: all. Every expectation takes one. */
      readonly condition: RowCondition | null
    }
  | { readonly ok: false /** The param; null where the whole is meant. */; readonly field: string | null; readonly sentence: string }

export function parseKwargs(definition: AnyExpectationDefinition, kwargs: Kwargs): ParsedKwargs {
  const { row_condition, condition_parser: _parser, ...own } = kwargs
  const read = readRowCondition(row_condition)
  if (!read.ok) return { ok: false, field: 'row_condition', sentence: read.sentence }
  const parsed = definition.params.safeParse(own)
  if (!parsed.success) return refusal(parsed.error)
  // The shape of a definition's params holds JSON only: they are what a file and the store hold.
  const params = parsed.data as Kwargs
  const { condition } = read
  const kept = withoutDefaults(definition.params, params)
  return { ok: true, params, kwargs: condition === null ? kept : { ...kept, row_condition: condition }, condition }
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
