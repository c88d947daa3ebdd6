import { type StatementRange, splitStatements } from './split-statements.ts'
import { tokenAt, tokensOf } from './tokens.ts'

/** `:name` and `$1` in a text of a person's, as parameters of the statements that they stand in. Offsets are UTF-16 units. Pure. */

/** `null`: NULL. By name: `id` of `:id`, `1` of `$1`. */
export type ParameterValues = Readonly<Record<string, string | null>>

interface Occurrence {
  readonly name: string
  readonly from: number
  readonly to: number
}

export interface BoundStatement {
  /** As long as it was, so that a place in it is the same place in the text of before. */
  readonly text: string
  /** In the order of their numbers, from $1. */
  readonly names: readonly string[]
}

/** In the order in which they stand in the script, none twice. */
export function parametersOf(script: string): readonly string[] {
  return [...new Set(splitStatements(script).flatMap(({ from, to }) => occurrencesIn(script.slice(from, to)).map(({ name }) => name)))]
}

/** Where they stand. `statements`: those of the script. */
export function parameterPlaces(
  script: string,
  statements: readonly StatementRange[],
): readonly { readonly from: number; readonly to: number }[] {
  return statements.flatMap(({ from, to }) => {
    const statement = script.slice(from, to)
    // Most have none, and this is asked at every key.
    if (!/[:$]/.test(statement)) return []
    return occurrencesIn(statement).map((found) => ({ from: from + found.from, to: from + found.to }))
  })
}

/** The same script, in which each `:name` is something that PostgreSQL's parser reads. It keeps its length. */
export function readable(script: string): string {
  return replaced(script, namedIn(script), () => '$1')
}

/** One statement with its parameters numbered as the server wants them, without a gap. null: there are more of one letter than numbers of one digit. */
export function bindStatement(statement: string): BoundStatement | null {
  const found = occurrencesIn(statement)
  const shortest = new Map<string, number>()
  for (const { name, from, to } of found) shortest.set(name, Math.min(to - from, shortest.get(name) ?? Number.POSITIVE_INFINITY))
  // The shortest first: to a name of one letter belongs a number of one digit.
  const names = [...shortest.keys()].sort((one, other) => (shortest.get(one) ?? 0) - (shortest.get(other) ?? 0))
  const numberOf = new Map(names.map((name, index) => [name, `$${index + 1}`]))
  if (names.some((name) => (numberOf.get(name) ?? '').length > (shortest.get(name) ?? 0))) return null
  return { text: replaced(statement, found, ({ name }) => numberOf.get(name) ?? ''), names }
}

function replaced(text: string, found: readonly Occurrence[], by: (occurrence: Occurrence) => string): string {
  let result = ''
  let at = 0
  for (const occurrence of found) {
    result += text.slice(at, occurrence.from) + by(occurrence).padEnd(occurrence.to - occurrence.from)
    at = occurrence.to
  }
  return result + text.slice(at)
}

function occurrencesIn(statement: string): readonly Occurrence[] {
  if (hasOwnNumbers(statement)) return []
  return [...namedIn(statement), ...numberedIn(statement)].sort((one, other) => one.from - other.from)
}

/** In these, $1 is of the statement that is being made, not of this one. */
function hasOwnNumbers(statement: string): boolean {
  return /^(prepare|create\s+(or\s+replace\s+)?(function|procedure))\b/i.test(statement)
}

function numberedIn(text: string): readonly Occurrence[] {
  const found: Occurrence[] = []
  for (const { kind, from } of tokensOf(text)) {
    if (kind !== 'symbol' || text[from] !== '$') continue
    const number = /^[1-9][0-9]{0,2}(?![0-9A-Za-z_])/.exec(text.slice(from + 1, from + 6))?.[0]
    if (number !== undefined) found.push({ name: number, from, to: from + 1 + number.length })
  }
  return found
}

/** Not `::type`, `:=`, the bounds of a slice, or the colon between a key and its value in JSON_OBJECT. */
function namedIn(text: string): readonly Occurrence[] {
  const found: Occurrence[] = []
  const open: string[] = []
  /** Where the last token that is neither blank nor comment ended, and what it was. */
  let before = { to: 0, text: '', kind: 'symbol' }
  for (const { kind, from, to } of tokensOf(text)) {
    const token = text.slice(from, to)
    if (kind === 'symbol' && (token === '(' || token === '[')) open.push(token)
    else if (kind === 'symbol' && (token === ')' || token === ']')) open.pop()
    if (kind === 'symbol' && token === ':' && text[from - 1] !== ':' && text[from + 1] !== ':') {
      const next = tokenAt(text, to)
      const name = text.slice(to, next.to)
      const isSlice = open.at(-1) === '[' && before.text !== '['
      const endsOperand =
        before.kind === 'text' || before.kind === 'name' || before.kind === 'number' || before.text === ')' || before.text === ']'
      const touches = before.to === from && (before.kind === 'word' || endsOperand)
      if (next.kind === 'word' && NAME.test(name) && !isSlice && !touches && !endsOperand) found.push({ name, from, to: next.to })
    }
    if (kind !== 'blank' && kind !== 'comment') before = { to, text: token, kind }
  }
  return found
}

/** One UTF-16 unit a character, so that characters are counted the same before and after. */
const NAME = /^[A-Za-z_\u00aa-\ud7ff][A-Za-z0-9_\u00aa-\ud7ff]*$/
