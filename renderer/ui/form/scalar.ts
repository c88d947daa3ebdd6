/**
 * Values as people type them and as JSON keeps them. Numbers become JSON numbers only when nothing is lost by it:
 * PostgreSQL's bigint and numeric hold more digits than a double, so the rest stays text, which it reads just as well.
 */

export type Scalar = string | number | boolean | null

/** What a text is meant as: pg_type.typcategory `N`, `B`, `D`, … decides; null when it is not known. */
export type ScalarKind = 'number' | 'boolean' | 'date' | 'text' | 'unknown'

export function kindOfCategory(category: string | null): ScalarKind {
  switch (category) {
    case null:
      return 'unknown'
    case 'N':
      return 'number'
    case 'B':
      return 'boolean'
    case 'D':
      return 'date'
    default:
      return 'text'
  }
}

/** A finite decimal number as SQL writes it; no hexadecimal, no blanks inside. */
export function isNumberText(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())
}

/** The number, when a double holds it exactly as written; null otherwise. */
export function exactNumber(text: string): number | null {
  if (!isNumberText(text)) return null
  const value = Number(text)
  return Number.isFinite(value) && sameDecimal(text.trim(), String(value)) ? value : null
}

/** A typed text as the kind asks: `'12'` becomes 12 for a number, and stays `'12'` for a text. */
export function scalarFromText(text: string, kind: ScalarKind): Scalar {
  if (kind === 'number') return exactNumber(text) ?? text.trim()
  if (kind === 'boolean') return booleanFromText(text) ?? text
  return text
}

/** The same value, as another kind keeps it. Where the kind is not known, it stays what it was. */
export function castScalar(value: Scalar, kind: ScalarKind): Scalar {
  if (value === null || kind === 'unknown') return value
  return scalarFromText(String(value), kind)
}

export function scalarText(value: Scalar): string {
  return value === null ? 'NULL' : String(value)
}

/**
 * A pasted list: one value a line; a single line is split at tabs, else at semicolons, else at commas. Quotes as in SQL
 * or CSV keep separators and blanks inside a value.
 */
export function splitList(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '')
  const onlyLine = lines[0]
  if (onlyLine === undefined) return []
  if (lines.length > 1) return lines.map((line) => unquote(line.trim().replace(/,$/, ''))).filter((value) => value !== '')
  const separator = ['\t', ';', ','].find((candidate) => splitOutsideQuotes(onlyLine, candidate).length > 1)
  const parts = separator === undefined ? [onlyLine] : splitOutsideQuotes(onlyLine, separator)
  return parts.map((part) => unquote(part.trim())).filter((value) => value !== '')
}

function splitOutsideQuotes(line: string, separator: string): readonly string[] {
  const parts: string[] = []
  let current = ''
  let quote: string | null = null
  for (const character of line) {
    if (quote !== null) {
      if (character === quote) quote = null
    } else if ((character === "'" || character === '"') && current.trim() === '') {
      quote = character
    } else if (character === separator) {
      parts.push(current)
      current = ''
      continue
    }
    current += character
  }
  parts.push(current)
  // An apostrophe that opens and never closes is a letter, not a quote.
  return quote === null ? parts : line.split(separator)
}

function unquote(text: string): string {
  const first = text[0]
  if (text.length < 2 || (first !== "'" && first !== '"') || !text.endsWith(first)) return text
  return text.slice(1, -1).replaceAll(first + first, first)
}

function booleanFromText(text: string): boolean | null {
  const word = text.trim().toLowerCase()
  if (['true', 't', 'yes', 'on', '1'].includes(word)) return true
  if (['false', 'f', 'no', 'off', '0'].includes(word)) return false
  return null
}

/** Digits and exponent without leading and trailing noughts: `1.50` and `15e-1` are the same number. */
function sameDecimal(left: string, right: string): boolean {
  return normalDecimal(left) === normalDecimal(right)
}

function normalDecimal(text: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = (whole + fraction).replace(/^0+/, '')
  const trimmed = digits.replace(/0+$/, '')
  if (trimmed === '') return '0'
  const scale = Number(exponent) - fraction.length + (digits.length - trimmed.length)
  return `${sign === '-' ? '-' : ''}${trimmed}e${scale}`
}
