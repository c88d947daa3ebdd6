import { addDecimals, compareNumbers, type Decimal, divideDecimal, readDecimal, type Special, shortest } from '#shared/postgres/decimal.ts'

/** The sum of numbers by their texts, in which 0.1 + 0.2 is 0.3. NaN and the infinities count as they do in PostgreSQL. */
export class ExactSum {
  /** Whole numbers up to 2^53, by how many of their digits are behind the point: what most numbers are. */
  readonly #small = new Map<number, number>()
  readonly #large = new Map<number, bigint>()
  #special: Special | null = null
  count = 0

  /** false: it is no number. */
  add(bytes: Buffer, start: number, end: number): boolean {
    let [number, digits, scale, dotted] = [0, 0, 0, false]
    const negative = bytes[start] === MINUS
    for (let at = negative ? start + 1 : start; at < end; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte >= ZERO && byte <= NINE) {
        digits += 1
        number = number * 10 + byte - ZERO
        if (dotted) scale += 1
      } else if (byte === DOT && !dotted) dotted = true
      else return this.#addText(bytes.toString('latin1', start, end))
    }
    if (digits === 0 || digits > 15) return this.#addText(bytes.toString('latin1', start, end))
    this.count += 1
    const sum = (this.#small.get(scale) ?? 0) + (negative ? -number : number)
    if (Math.abs(sum) < MOST_SMALL) this.#small.set(scale, sum)
    else {
      this.#keep(scale, BigInt(sum))
      this.#small.set(scale, 0)
    }
    return true
  }

  /** null: there were no numbers. */
  sum(): string | null {
    if (this.count === 0) return null
    return this.#special ?? shortest(this.#total())
  }

  average(): string | null {
    if (this.count === 0) return null
    return this.#special ?? shortest(divideDecimal(this.#total(), BigInt(this.count)))
  }

  #addText(text: string): boolean {
    const decimal = readDecimal(text)
    if (decimal === null) return false
    this.count += 1
    if (typeof decimal !== 'string') this.#keep(decimal.scale, decimal.unscaled)
    else if (this.#special === null) this.#special = decimal
    else if (this.#special !== decimal) this.#special = 'NaN'
    return true
  }

  #keep(scale: number, unscaled: bigint): void {
    this.#large.set(scale, (this.#large.get(scale) ?? 0n) + unscaled)
  }

  #total(): Decimal {
    let total: Decimal = { unscaled: 0n, scale: 0 }
    for (const [scale, sum] of this.#small) total = addDecimals(total, { unscaled: BigInt(sum), scale })
    for (const [scale, unscaled] of this.#large) total = addDecimals(total, { unscaled, scale })
    return total
  }
}

/** The least and the greatest number, with all their digits. Only those that may be are read exactly. */
export class NumberExtremes {
  #least: { readonly text: string; readonly near: number } | null = null
  #greatest: { readonly text: string; readonly near: number } | null = null

  /** `near`: the number as a double. */
  add(near: number, text: () => string): void {
    if (this.#least === null || near <= this.#least.near) {
      const own = text()
      if (this.#least === null || compareTexts(own, this.#least.text) < 0) this.#least = { text: own, near }
    }
    if (this.#greatest === null || near >= this.#greatest.near) {
      const own = text()
      if (this.#greatest === null || compareTexts(own, this.#greatest.text) > 0) this.#greatest = { text: own, near }
    }
  }

  get least(): string | null {
    return this.#least?.text ?? null
  }

  get greatest(): string | null {
    return this.#greatest?.text ?? null
  }
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : compareNumbers(readDecimal(one) ?? 'NaN', readDecimal(other) ?? 'NaN')
}

/** Two of them do not pass what a double holds. */
const MOST_SMALL = 2 ** 52
const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e
const MINUS = 0x2d
