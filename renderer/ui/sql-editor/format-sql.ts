import { tokensOf } from '#shared/sql/tokens.ts'

/** Laid out anew, key words in capitals. null: it cannot be, or the formatter would have changed more than blanks. Its program is loaded at the first use. */
export async function formatSql(text: string): Promise<string | null> {
  const { formatDialect, postgresql } = await import('sql-formatter')
  try {
    const formatted = formatDialect(text, {
      dialect: postgresql,
      keywordCase: 'upper',
      tabWidth: 2,
      linesBetweenQueries: 1,
      paramTypes: { named: [':'], numbered: ['$'] },
    })
    const result = /\n\s*$/.test(text) ? `${formatted}\n` : formatted
    return saysTheSame(text, result) ? result : null
  } catch {
    // It refuses what it cannot read, in words for programmers.
    return null
  }
}

/** A formatter that does not know a construct may tear it apart; PostgreSQL's tokens tell. */
export function saysTheSame(before: string, after: string): boolean {
  const one = meaningOf(before)
  const other = meaningOf(after)
  return one.length === other.length && one.every((token, index) => token === other[index])
}

/** Without blanks. Of words, the case does not count; of comments, the blanks do not. Symbols that touch are one operator. */
function meaningOf(text: string): readonly string[] {
  const tokens: string[] = []
  let touching = ''
  for (const { kind, from, to } of tokensOf(text)) {
    const token = text.slice(from, to)
    const isOperator = kind === 'symbol' && /[+*/<>=~!@#%^&|`?:-]/.test(token)
    if (touching !== '' && !isOperator) {
      tokens.push(touching)
      touching = ''
    }
    if (isOperator) touching += token
    else if (kind === 'word') tokens.push(token.toLowerCase())
    else if (kind === 'comment') tokens.push(token.replaceAll(/\s+/g, ' ').trim())
    else if (kind !== 'blank') tokens.push(token)
  }
  return touching === '' ? tokens : [...tokens, touching]
}
