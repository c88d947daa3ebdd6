/**
 * Where the statements of a script begin and end, found by PostgreSQL's lexical rules alone, so that it works on text that
 * is half typed and does not parse yet. Offsets are UTF-16 units. Pure. (Manual, 4.1 "Lexical Structure".)
 */

export interface StatementRange {
  /** Its first character that is neither blank nor comment. */
  readonly from: number
  /** Behind its last character; a semicolon is not part of it. */
  readonly to: number
}

/** What holds nothing but blanks and comments is no statement. */
export function splitStatements(script: string): readonly StatementRange[] {
  const found: StatementRange[] = []
  let start: number | null = null
  const nesting = new Nesting()
  const end = (at: number) => {
    if (start !== null) found.push({ from: start, to: at })
    start = null
    nesting.reset()
  }
  for (let at = 0; at < script.length; ) {
    const token = tokenAt(script, at)
    if (token.kind === 'symbol' && script[at] === ';' && nesting.outside) {
      end(at)
    } else if (token.kind !== 'blank') {
      start ??= at
      if (token.kind === 'word') nesting.word(script.slice(at, token.to).toLowerCase())
      else nesting.symbol(token.kind === 'symbol' ? (script[at] ?? '') : '')
    }
    at = token.to
  }
  end(script.length)
  return found
}

/** The statement that the caret is in, or behind; between two, the one before. null: there is none. */
export function statementAt(script: string, caret: number): StatementRange | null {
  const all = splitStatements(script)
  return all.findLast(({ from }) => from <= caret) ?? all[0] ?? null
}

/** Parentheses, and the bodies of SQL functions: between BEGIN ATOMIC and its END, where CASE has an END as well, semicolons separate nothing. */
class Nesting {
  #parentheses = 0
  /** BEGIN ATOMIC and, within it, CASE. */
  #blocks = 0
  #lastWord = ''
  /** The first words of the statement. */
  #first: string[] = []

  get outside(): boolean {
    return this.#parentheses === 0 && this.#blocks === 0
  }

  word(word: string): void {
    if (this.#first.length < 4) this.#first.push(word)
    if (word === 'atomic' && this.#lastWord === 'begin' && this.#definesRoutine) this.#blocks += 1
    else if (this.#blocks > 0 && word === 'case') this.#blocks += 1
    else if (this.#blocks > 0 && word === 'end') this.#blocks -= 1
    this.#lastWord = word
  }

  symbol(symbol: string): void {
    this.#lastWord = ''
    if (symbol === '(') this.#parentheses += 1
    else if (symbol === ')') this.#parentheses = Math.max(0, this.#parentheses - 1)
  }

  reset(): void {
    this.#parentheses = 0
    this.#blocks = 0
    this.#lastWord = ''
    this.#first = []
  }

  /** Elsewhere the two words may be names. */
  get #definesRoutine(): boolean {
    return /^create (or replace )?(function|procedure)\b/.test(this.#first.join(' '))
  }
}

interface Token {
  /** `blank`: also a comment. `quoted`: a text or a name in quotes of any kind. */
  readonly kind: 'blank' | 'word' | 'quoted' | 'symbol'
  readonly to: number
}

function tokenAt(script: string, at: number): Token {
  const character = script[at] ?? ''
  const next = script[at + 1]
  if (BLANK.test(character)) return { kind: 'blank', to: at + 1 }
  if (character === '-' && next === '-') return { kind: 'blank', to: endOfLine(script, at) }
  if (character === '/' && next === '*') return { kind: 'blank', to: endOfComment(script, at) }
  if (character === "'") return { kind: 'quoted', to: endOfQuoted(script, at + 1, "'", false) }
  if (character === '"') return { kind: 'quoted', to: endOfQuoted(script, at + 1, '"', false) }
  if ((character === 'e' || character === 'E') && next === "'") return { kind: 'quoted', to: endOfQuoted(script, at + 2, "'", true) }
  if (character === '$') {
    const tag = matchAt(DOLLAR_TAG, script, at)
    if (tag !== null) return { kind: 'quoted', to: endOf(script, tag, at + tag.length) }
    return { kind: 'symbol', to: at + 1 }
  }
  const word = matchAt(WORD, script, at)
  if (word !== null) return { kind: 'word', to: at + word.length }
  const number = matchAt(NUMBER, script, at)
  return { kind: 'symbol', to: at + (number ?? character).length }
}

const BLANK = /[ \t\n\r\f\v]/
/** A dollar sign within a word belongs to it, and begins no quote. */
const WORD = /[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_$\u0080-\uFFFF]*/y
const NUMBER = /[0-9]+/y
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*)?\$/y

function matchAt(pattern: RegExp, script: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(script)?.[0] ?? null
}

function endOfLine(script: string, at: number): number {
  const line = /[\n\r]/g
  line.lastIndex = at
  return line.exec(script)?.index ?? script.length
}

/** Comments of this kind nest, unlike in most languages. */
function endOfComment(script: string, at: number): number {
  let depth = 0
  for (let index = at; index < script.length - 1; index += 1) {
    const pair = script.slice(index, index + 2)
    if (pair === '/*') depth += 1
    else if (pair === '*/') depth -= 1
    else continue
    index += 1
    if (depth === 0) return index + 1
  }
  return script.length
}

/** Two quotes are one of the text. A backslash means something in E'' only. */
function endOfQuoted(script: string, from: number, quote: string, backslash: boolean): number {
  for (let index = from; index < script.length; index += 1) {
    if (backslash && script[index] === '\\') index += 1
    else if (script[index] === quote) {
      if (script[index + 1] !== quote) return index + 1
      index += 1
    }
  }
  return script.length
}

function endOf(script: string, mark: string, from: number): number {
  const found = script.indexOf(mark, from)
  return found === -1 ? script.length : found + mark.length
}
