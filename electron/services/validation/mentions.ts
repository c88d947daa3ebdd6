/** Whether a text of SQL names something. As a word of its own, in any case: a name in quotes is found, too. */
export function mentions(text: string, name: string): boolean {
  const escaped = name.toLowerCase().replaceAll(/[$()*+.?[\\\]^{|}]/gu, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped}(?![\\p{L}\\p{N}_$])`, 'u').test(text.toLowerCase())
}
