import { tokensOf } from './tokens.ts'

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
  for (const { kind, from, to } of tokensOf(script)) {
    if (kind === 'symbol' && script[from] === ';' && nesting.outside) {
      end(from)
    } else if (kind !== 'blank' && kind !== 'comment') {
      start ??= from
      if (kind === 'word') nesting.word(script.slice(from, to).toLowerCase())
      else nesting.symbol(kind === 'symbol' ? (script[from] ?? '') : '')
    }
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
