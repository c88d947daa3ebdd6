import { SuiteParameters } from '#shared/model/expectation.ts'
import { exactNumber } from '#ui/form/scalar.ts'

/** Suite parameters as a person types them. */
export interface ParameterDraft {
  readonly name: string
  readonly text: string
}

export function parameterDrafts(parameters: SuiteParameters): readonly ParameterDraft[] {
  return Object.entries(parameters).map(([name, value]) => ({ name, text: textOf(value) }))
}

export type ReadParameters =
  | { readonly ok: true; readonly parameters: SuiteParameters }
  /** Sentences by row. */
  | { readonly ok: false; readonly problems: Readonly<Record<number, string>> }

/** Rows in which nothing stands are left out. */
export function readParameters(drafts: readonly ParameterDraft[]): ReadParameters {
  const problems: Record<number, string> = {}
  const parameters = new Map<string, SuiteParameters[string]>()
  for (const [index, { name, text }] of drafts.entries()) {
    if (name.trim() === '' && text === '') continue
    const given = readValue(text)
    const read = SuiteParameters.safeParse({ [name.trim()]: given })
    if (parameters.has(name.trim())) problems[index] = 'This name stands there twice.'
    else if (!/^[A-Za-z]/.test(name.trim())) problems[index] = 'A name has letters, digits and underscores, and begins with a letter.'
    else if (!read.success) problems[index] = 'This name or value cannot be used: names have letters, digits and underscores.'
    else parameters.set(name.trim(), given)
  }
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, parameters: Object.fromEntries(parameters) }
}

/** A text in quotes is a text, whatever it looks like; a list is one in JSON. */
function readValue(text: string): SuiteParameters[string] {
  const number = exactNumber(text)
  if (number !== null) return number
  if (text === 'true' || text === 'false') return text === 'true'
  if (!/^\s*["[]/.test(text)) return text
  try {
    const value = SuiteParameters.safeParse({ x: JSON.parse(text) })
    return value.success ? (value.data.x ?? text) : text
  } catch {
    // Not JSON after all: it means itself.
    return text
  }
}

function textOf(value: SuiteParameters[string]): string {
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value)
  return readValue(value) === value ? value : JSON.stringify(value)
}
