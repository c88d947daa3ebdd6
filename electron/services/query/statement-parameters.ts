import { invalid } from '#shared/contract/errors.ts'
import type { DatabaseProblem } from '#shared/model/query.ts'
import { bindStatement, type ParameterValues } from '#shared/sql/parameters.ts'
import type { Statement } from './script.ts'

/** `:name` and `$1` of a person's text become parameters of the protocol: a value is never part of the text. */

/**
 * The statements of `script`, which were cut from a text of the same length.
 * @throws AppError INVALID when a value is missing, or there are too many of them
 */
export function withParameters(script: string, statements: readonly Statement[], values: ParameterValues): readonly Statement[] {
  let at = 0
  let characters = 0
  return statements.map((statement) => {
    at += unitsOf(script, at, statement.from - characters)
    const length = unitsOf(script, at, statement.to - statement.from)
    const text = script.slice(at, at + length)
    at += length
    characters = statement.to
    return bound({ ...statement, text }, values)
  })
}

/** How many UTF-16 units so many characters take. */
function unitsOf(text: string, from: number, characters: number): number {
  let at = from
  for (let left = characters; left > 0 && at < text.length; left -= 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at - from
}

function bound(statement: Statement, values: ParameterValues): Statement {
  const found = bindStatement(statement.text)
  if (found === null)
    throw invalid('A statement takes at most nine parameters whose names are one letter long. Give some of them longer names.')
  const { text, names } = found
  if (names.length === 0) return statement
  return { ...statement, text, parameterNames: names, values: names.map((name) => valueOfParameter(values, name)) }
}

/** The server speaks of numbers of its own, and the person has written names. */
export function withParameterHint(problem: DatabaseProblem, { parameterNames = [] }: Statement): DatabaseProblem {
  if (!aboutParameters.has(problem.sqlstate ?? '') || parameterNames.length === 0 || problem.hint !== null) return problem
  const meant = parameterNames.map((name, index) => `$${index + 1} is ${writtenAs(name)}`).join(', ')
  const first = writtenAs(parameterNames[0] ?? '')
  return { ...problem, hint: `${meant}. The type of a parameter can be said where it stands, for example ${first}::text.` }
}

/** indeterminate_datatype, ambiguous_parameter, undefined_parameter. */
const aboutParameters: ReadonlySet<string> = new Set(['42P18', '42P08', '42P02'])

function valueOfParameter(values: ParameterValues, name: string): string | null {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) throw invalid(`${writtenAs(name)} has no value.`)
  return value
}

function writtenAs(name: string): string {
  return /^[0-9]/.test(name) ? `$${name}` : `:${name}`
}
