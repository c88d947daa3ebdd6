/** The server counts characters, the page counts UTF-16 units: an emoji before a place moves it by one. */

/** The UTF-16 offset at which character `characters` (from 0) begins. Past the end: the length. */
export function utf16Offset(text: string, characters: number): number {
  let offset = 0
  for (let left = characters; left > 0 && offset < text.length; left -= 1) offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
  return offset
}

export interface TextRange {
  /** UTF-16 units. */
  readonly from: number
  readonly to: number
}

/** What to underline for an error at character `position` (from 1, as the server counts): the word there, at least one character. */
export function rangeAtPosition(text: string, position: number): TextRange {
  const at = utf16Offset(text, Math.max(0, position - 1))
  // At the very end there is nothing to underline, so the last character stands for it.
  const from = at < text.length ? at : Math.max(0, text.trimEnd().length - 1)
  const word = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}\p{N}_$]+)/u.exec(text.slice(from, from + 200))?.[0].length
  return { from, to: Math.min(text.length, from + (word ?? ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1))) }
}
