/** How well what is typed fits a name, for the command palette. Pure. */

/** Higher is better; null: it does not fit. Each word of `query` must be in the text, whole or letter by letter in its order. */
export function fuzzyScore(query: string, text: string): number | null {
  const within = text.toLowerCase()
  let total = 0
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const score = scoreOfWord(word, within)
    if (score === null) return null
    total += score
  }
  // Of two that fit as well, the one with less that was not typed.
  return total - Math.min(99, text.length) / 100
}

const BEGINS = 40
const BEGINS_WORD = 30
const WITHIN = 20
const INITIALS = 15
const SCATTERED = 5

function scoreOfWord(word: string, text: string): number | null {
  const at = text.indexOf(word)
  if (at === 0) return BEGINS
  if (at > 0) return wordBeginsAt(text, word) ? BEGINS_WORD : WITHIN
  if (isSubsequence(word, initialsOf(text))) return INITIALS
  // Letters that lie anywhere fit nearly everything: they must begin a word, and not lie too far apart.
  return word.length > 1 && liesClose(word, text) ? SCATTERED : null
}

function wordBeginsAt(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (at === 0 || !LETTER.test(text[at - 1] ?? '')) return true
  return false
}

function initialsOf(text: string): string {
  let initials = ''
  for (let at = 0; at < text.length; at += 1)
    if (LETTER.test(text[at] ?? '') && (at === 0 || !LETTER.test(text[at - 1] ?? ''))) initials += text[at]
  return initials
}

function isSubsequence(word: string, text: string): boolean {
  let at = 0
  for (const letter of text) if (letter === word[at]) at += 1
  return at === word.length
}

function liesClose(word: string, text: string): boolean {
  for (let start = text.indexOf(word[0] ?? ''); start >= 0; start = text.indexOf(word[0] ?? '', start + 1)) {
    if (start > 0 && LETTER.test(text[start - 1] ?? '')) continue
    let at = start
    for (const letter of word.slice(1)) {
      at = text.indexOf(letter, at + 1)
      if (at < 0) return false
    }
    if (at - start < word.length * MOST_SPREAD) return true
  }
  return false
}

/** Characters to a letter that was typed. */
const MOST_SPREAD = 3
const LETTER = /[\p{L}\p{N}]/u
