/**
 * Characters of a text that are not seen, or that make others be seen in another order than they are read in: a statement that holds them
 * may do something else than it seems to. (CVE-2021-42574)
 */
export interface HiddenCharacter {
  readonly name: string
  /** Both from 1; the column counts characters. */
  readonly line: number
  readonly column: number
}

export function hiddenCharacters(text: string): readonly HiddenCharacter[] {
  if (!HIDDEN.test(text)) return []
  return text.split('\n').flatMap((content, index) =>
    [...content].flatMap((character, place): HiddenCharacter[] => {
      const name = names.get(character)
      // A byte order mark at the very beginning is how some programs write a file.
      if (name === undefined || (character === '\uFEFF' && index === 0 && place === 0)) return []
      return [{ name, line: index + 1, column: place + 1 }]
    }),
  )
}

const names: ReadonlyMap<string, string> = new Map([
  ['\u061C', 'Arabic letter mark'],
  ['\u200B', 'zero width space'],
  ['\u200C', 'zero width non-joiner'],
  ['\u200D', 'zero width joiner'],
  ['\u200E', 'left-to-right mark'],
  ['\u200F', 'right-to-left mark'],
  ['\u202A', 'left-to-right embedding'],
  ['\u202B', 'right-to-left embedding'],
  ['\u202C', 'end of an embedding'],
  ['\u202D', 'left-to-right override'],
  ['\u202E', 'right-to-left override'],
  ['\u2066', 'left-to-right isolate'],
  ['\u2067', 'right-to-left isolate'],
  ['\u2068', 'isolate'],
  ['\u2069', 'end of an isolate'],
  ['\uFEFF', 'zero width no-break space'],
])

const HIDDEN = /[\u061C\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u
