/** PostgreSQL's lexical rules: the tokens of a text, also of one that is half typed. Offsets are UTF-16 units. Pure. (Manual, 4.1 "Lexical Structure".) */

export interface Token {
  /** `text`: in single quotes or dollar quotes. `name`: in double quotes. `symbol`: one character of anything else. */
  readonly kind: 'blank' | 'comment' | 'word' | 'name' | 'text' | 'number' | 'symbol'
  readonly from: number
  readonly to: number
}

/** All of them, one behind the other: nothing of the text is left out. */
export function* tokensOf(script: string): Generator<Token> {
  for (let from = 0; from < script.length; ) {
    const token = tokenAt(script, from)
    yield token
    from = token.to
  }
}

export function tokenAt(script: string, at: number): Token {
  const token = (kind: Token['kind'], to: number): Token => ({ kind, from: at, to })
  const character = script[at] ?? ''
  const next = script[at + 1]
  if (BLANK.test(character)) return token('blank', at + 1)
  if (character === '-' && next === '-') return token('comment', endOfLine(script, at))
  if (character === '/' && next === '*') return token('comment', endOfComment(script, at))
  if (character === "'") return token('text', endOfQuoted(script, at + 1, "'", false))
  if (character === '"') return token('name', endOfQuoted(script, at + 1, '"', false))
  if ((character === 'e' || character === 'E') && next === "'") return token('text', endOfEscapes(script, at + 2))
  if (character === '$') {
    const tag = matchAt(DOLLAR_TAG, script, at)
    if (tag !== null) return token('text', endOf(script, tag, at + tag.length))
    return token('symbol', at + 1)
  }
  const word = matchAt(WORD, script, at)
  if (word !== null) return token('word', at + word.length)
  const number = matchAt(NUMBER, script, at)
  if (number !== null) return token('number', at + number.length)
  return token('symbol', at + 1)
}

/** Whether a token that reaches to the end of its text has not been closed yet, so that what is typed next is part of it. */
export function isOpen(script: string, { kind, from, to }: Token): boolean {
  if (to < script.length) return false
  const token = script.slice(from, to)
  if (kind === 'comment') return token.startsWith('--') || !closedBySentinel(script, from)
  return (kind === 'text' || kind === 'name') && !closedBySentinel(script, from)
}

/** A token that is closed stays as it is, whatever follows it. */
function closedBySentinel(script: string, from: number): boolean {
  return tokenAt(`${script}\n;`, from).to <= script.length
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

/** Behind a line's end the text goes on in its next quotes, and so do the escapes in it. (scan.l, `quotecontinue`.) */
function endOfEscapes(script: string, from: number): number {
  let to = endOfQuoted(script, from, "'", true)
  for (let more = matchAt(CONTINUED, script, to); more !== null; more = matchAt(CONTINUED, script, to))
    to = endOfQuoted(script, to + more.length, "'", true)
  return to
}

const CONTINUED = /[ \t\f\v]*[\n\r][ \t\n\r\f\v]*'/y

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
