/** A text that comes in pieces, as lines that can be drawn: a line without end is drawn in several. Pure. */

export interface TextLine {
  readonly text: string
  /** From 1; null: it goes on with the line before. */
  readonly number: number | null
}

/** Characters that are drawn in one go. */
const MOST_LENGTH = 1_000
/** Each one more is measured, and a browser draws no element higher than some 33 million pixels. */
export const MOST_LINES = 200_000

export class TextLines {
  readonly lines: TextLine[] = []
  #number = 0
  /** The last line, which the next piece may go on with. */
  #begun = ''
  #cut = false
  /** There are more lines than can be drawn. */
  full = false

  add(piece: string): void {
    const parts = piece.split('\n')
    for (const [index, part] of parts.entries()) {
      this.#begun += part
      if (index < parts.length - 1) this.#end()
      else while (this.#begun.length > MOST_LENGTH) this.#take(MOST_LENGTH)
    }
  }

  /** Nothing more comes. */
  end(): void {
    this.#end()
  }

  #end(): void {
    while (this.#begun.length > MOST_LENGTH) this.#take(MOST_LENGTH)
    this.#take(this.#begun.length)
    this.#cut = false
  }

  #take(length: number): void {
    // Not through a character of two units.
    const last = this.#begun.charCodeAt(length - 1)
    const taken = length < this.#begun.length && last >= 0xd800 && last <= 0xdbff ? length - 1 : length
    if (!this.#cut) this.#number += 1
    if (this.lines.length >= MOST_LINES) this.full = true
    else this.lines.push({ text: this.#begun.slice(0, taken), number: this.#cut ? null : this.#number })
    this.#begun = this.#begun.slice(taken)
    this.#cut = true
  }
}

export function linesOf(text: string): TextLines {
  const lines = new TextLines()
  lines.add(text)
  lines.end()
  return lines
}

/** The same in steps, for a text that has come as one. */
export function* linesInSteps(text: string, step = 64 * 1024): Generator<void, TextLines, void> {
  const lines = new TextLines()
  for (let at = 0; at < text.length; at += step) {
    lines.add(text.slice(at, at + step))
    yield
  }
  lines.end()
  return lines
}
