/**
 * Formats of dates and times as Python's strptime reads them, as one regular expression of PostgreSQL's. What depends on a
 * locale or on a calendar of weeks is refused: the server could not tell.
 */

export type ReadFormat = { readonly ok: true; readonly regex: string } | { readonly ok: false; readonly sentence: string }

export function regexOfFormat(format: string): ReadFormat {
  const parts = partsOf(format)
  if (typeof parts === 'string') return { ok: false, sentence: parts }
  const used = parts.flatMap((part) => (part.kind === 'directive' ? [roles[part.letter] ?? part.letter] : []))
  const twice = used.find((role, index) => used.indexOf(role) !== index)
  if (twice !== undefined) return { ok: false, sentence: `The format says the ${words[twice] ?? `%${twice}`} twice.` }
  // Without a year, Python takes 1900, which has no 29 February.
  const there = calendars.filter(({ leapYear }) => !leapYear || used.includes('year'))
  const alternatives = there.map((calendar) =>
    parts
      .map((part, index) => {
        if (part.kind === 'text') return part.regex
        const piece = pieceOf(part.letter, calendar)
        // Where digits follow at once, Python takes as many as it can and does not try again; so each has all of its places here.
        return startsWithDigit(parts[index + 1]) ? inFull(piece) : piece
      })
      .join(''),
  )
  return { ok: true, regex: `^(?:${[...new Set(alternatives)].join('|')})$` }
}

type Part = { readonly kind: 'text'; readonly regex: string } | { readonly kind: 'directive'; readonly letter: string }

function startsWithDigit(next: Part | undefined): boolean {
  if (next === undefined) return false
  return next.kind === 'directive' ? !'pbBaA'.includes(next.letter) : /^[0-9]/.test(next.regex)
}

/** Without the forms that leave a leading nought out. */
function inFull(piece: string): string {
  return piece
    .replaceAll(/\|\[[0-9]-9\]\)/g, ')')
    .replaceAll('| [1-9]', '')
    .replaceAll('|[1-9])', ')')
    .replaceAll('0?', '0')
    .replaceAll('[0-9]{1,6}', '[0-9]{6}')
    .replaceAll('|[1-9][0-9]|0[1-9]', '')
}

/** A sentence where one of them cannot be decided. */
function partsOf(format: string): readonly Part[] | string {
  const parts: Part[] = []
  for (const [, letter, blanks, character = ''] of format.matchAll(/%(.?)|(\s+)|(.)/gsu)) {
    if (letter === undefined) parts.push({ kind: 'text', regex: blanks === undefined ? anyCase(character) : '\\s+' })
    else if (letter === '%') parts.push({ kind: 'text', regex: '%' })
    else if (letter in pieces || letter in calendarPieces) parts.push({ kind: 'directive', letter })
    else if (undecided.has(letter))
      return `%${letter} depends on a locale, a time zone or a count of weeks, which PostgreSQL cannot decide.`
    else
      return `There is no %${letter}. Known are ${[...Object.keys(calendarPieces), ...Object.keys(pieces)].map((known) => `%${known}`).join(' ')}`
  }
  if (!parts.some(({ kind }) => kind === 'directive')) return 'Write a format with directives, such as %Y-%m-%d.'
  return parts
}

const undecided: ReadonlySet<string> = new Set('cxXUWVGZ')

const twoDigits = (greatest: string) => `(?:${greatest}|[0-9])`
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** What each of them is about: said twice, Python refuses it, or lets the last one win. */
const roles: Readonly<Record<string, string>> = { Y: 'year', y: 'year', m: 'month', b: 'month', B: 'month', H: 'hour', I: 'hour' }
const words: Readonly<Record<string, string>> = { year: 'year', month: 'month', hour: 'hour' }

const pieces: Readonly<Record<string, string>> = {
  H: twoDigits('2[0-3]|[01][0-9]'),
  I: '(?:1[0-2]|0[1-9]|[1-9])',
  M: twoDigits('[0-5][0-9]'),
  S: twoDigits('[0-5][0-9]'),
  f: '[0-9]{1,6}',
  p: '(?:[Aa][Mm]|[Pp][Mm])',
  z: '(?:Z|[+-](?:[01][0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,6})?)?|[0-5][0-9](?:[0-5][0-9](?:\\.[0-9]{1,6})?)?))',
  j: '(?:36[0-6]|3[0-5][0-9]|[12][0-9][0-9]|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9])',
  w: '[0-6]',
  u: '[1-7]',
  a: anyOf(weekdays.map((name) => name.slice(0, 3))),
  A: anyOf(weekdays),
}

/** A part of the calendar in which every day of every month exists. */
interface Calendar {
  readonly days: string
  readonly months: readonly number[]
  readonly leapYear: boolean
}

const every = months.map((_, index) => index + 1)
const calendars: readonly Calendar[] = [
  { days: '1[0-9]|2[0-8]|0[1-9]|[1-9]| [1-9]', months: every, leapYear: false },
  { days: '29|30', months: every.filter((month) => month !== 2), leapYear: false },
  { days: '31', months: [1, 3, 5, 7, 8, 10, 12], leapYear: false },
  { days: '29', months: [2], leapYear: true },
]

const leap = '(?:0[48]|[2468][048]|[13579][26])'

const calendarPieces: Readonly<Record<string, (calendar: Calendar) => string>> = {
  Y: ({ leapYear }) => (leapYear ? `(?:[0-9]{2}${leap}|(?:0[48]|[2468][048]|[13579][26])00)` : '(?!0000)[0-9]{4}'),
  y: ({ leapYear }) => (leapYear ? `(?:00|${leap})` : '[0-9]{2}'),
  m: (calendar) => `(?:${calendar.months.map((month) => (month < 10 ? `0?${month}` : String(month))).join('|')})`,
  b: (calendar) => anyOf(calendar.months.map((month) => (months[month - 1] ?? '').slice(0, 3))),
  B: (calendar) => anyOf(calendar.months.map((month) => months[month - 1] ?? '')),
  d: ({ days }) => `(?:${days})`,
}

function pieceOf(letter: string, calendar: Calendar): string {
  return calendarPieces[letter]?.(calendar) ?? pieces[letter] ?? ''
}

function anyOf(names: readonly string[]): string {
  return `(?:${names.map((name) => [...name].map(anyCase).join('')).join('|')})`
}

/** Python does not mind upper and lower case in a format; a pattern for the whole would not mind it in Z either. */
function anyCase(character: string): string {
  const [upper, lower] = [character.toUpperCase(), character.toLowerCase()]
  if (upper !== lower && [...upper].length === 1 && [...lower].length === 1) return `[${upper}${lower}]`
  return /[\\^$.*+?()[\]{}|]/u.test(character) ? `\\${character}` : character
}
