import type { Kwargs } from '#shared/model/expectation.ts'

/**
 * GX's suite parameters: `{"$PARAMETER": "name"}` or an expression over names and numbers. A name alone stands for its
 * value, whatever that is; an expression gives a number.
 */

export type ResolvedKwargs =
  | { readonly ok: true; readonly kwargs: Kwargs }
  | { readonly ok: false; readonly field: string; readonly sentence: string }

export function resolveParameters(kwargs: Kwargs, parameters: Kwargs): ResolvedKwargs {
  const out: Record<string, Kwargs[string]> = {}
  for (const [field, value] of Object.entries(kwargs)) {
    try {
      out[field] = resolved(value, parameters)
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error
      return { ok: false, field, sentence: error.message }
    }
  }
  return { ok: true, kwargs: out }
}

/** Kwargs that were resolved and read, with what named a parameter naming it again. */
export function withParameters(resolved: Kwargs, written: Kwargs): Kwargs {
  return { ...resolved, ...Object.fromEntries(Object.entries(written).filter(([, value]) => namesParameter(value))) }
}

function namesParameter(value: Kwargs[string]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '$PARAMETER') || Object.values(value).some(namesParameter)
}

class ParameterError extends Error {}

function resolved(value: Kwargs[string], parameters: Kwargs): Kwargs[string] {
  if (Array.isArray(value)) return value.map((one) => resolved(one, parameters))
  if (typeof value !== 'object' || value === null) return value
  const expression = value.$PARAMETER
  if (typeof expression === 'string') return evaluated(expression, parameters)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, parameters)]))
}

function evaluated(expression: string, parameters: Kwargs): Kwargs[string] {
  if (Object.hasOwn(parameters, expression)) return parameters[expression] ?? null
  return new Reader(expression, parameters).read()
}

const constants: Readonly<Record<string, number>> = { PI: Math.PI, E: Math.E }
const functions: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  abs: Math.abs,
  trunc: Math.trunc,
  round: roundHalfEven,
  sgn: Math.sign,
}

/** One expression: sums of products of powers, `^` from the right. */
class Reader {
  readonly #text: string
  readonly #parameters: Kwargs
  readonly #tokens: string[]
  #at = 0

  constructor(text: string, parameters: Kwargs) {
    this.#text = text
    this.#parameters = parameters
    this.#tokens = text.match(/[A-Za-z][\w$]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\S/gu) ?? []
  }

  read(): number {
    const value = this.#sum()
    if (this.#at < this.#tokens.length) throw this.#refusal()
    return value
  }

  #sum(): number {
    let value = this.#product()
    for (let sign = this.#take('+', '-'); sign !== null; sign = this.#take('+', '-')) {
      const next = this.#product()
      value = sign === '+' ? value + next : value - next
    }
    return value
  }

  #product(): number {
    let value = this.#power()
    for (let sign = this.#take('*', '/'); sign !== null; sign = this.#take('*', '/')) {
      const next = this.#power()
      if (sign === '/' && next === 0) throw new ParameterError(`"${this.#text}" divides by zero.`)
      value = sign === '*' ? value * next : value / next
    }
    return value
  }

  #power(): number {
    const base = this.#signed()
    return this.#take('^') === null ? base : base ** this.#power()
  }

  /** A sign belongs to what stands behind it, before any power: -2 ^ 2 is 4. */
  #signed(): number {
    return this.#take('-') === null ? this.#atom() : -this.#signed()
  }

  #atom(): number {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw this.#refusal()
    this.#at += 1
    if (token === '(') {
      const value = this.#sum()
      if (this.#take(')') === null) throw this.#refusal()
      return value
    }
    if (/^[\d.]/u.test(token)) return Number(token)
    const call = Object.hasOwn(functions, token) ? functions[token] : undefined
    if (call !== undefined && this.#take('(') !== null) {
      const value = call(this.#sum())
      if (this.#take(')') === null) throw this.#refusal()
      return value
    }
    return this.#named(token)
  }

  #named(name: string): number {
    if (!/^[A-Za-z]/u.test(name)) throw this.#refusal()
    // GX's own constants come first, however they are written.
    const constant = name.toUpperCase()
    const value = Object.hasOwn(constants, constant)
      ? constants[constant]
      : Object.hasOwn(this.#parameters, name)
        ? this.#parameters[name]
        : undefined
    if (value === undefined) throw new ParameterError(`No value was given for the suite parameter "${name}".`)
    if (typeof value !== 'number')
      throw new ParameterError(`The suite parameter "${name}" is not a number, and "${this.#text}" computes with it.`)
    return value
  }

  #take(...wanted: readonly string[]): string | null {
    const token = this.#tokens[this.#at]
    if (token === undefined || !wanted.includes(token)) return null
    this.#at += 1
    return token
  }

  #refusal(): ParameterError {
    return new ParameterError(`"${this.#text}" is not an expression of suite parameters.`)
  }
}

/** Python's round: a half goes to the even neighbour. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
