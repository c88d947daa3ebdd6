/** XML an element a line, as text: nothing of it is ever made into a document. What is between two tags stays as it is. Pure. */
export function indentXml(text: string): string {
  const token = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(?:"[^"]*"|'[^']*'|[^>"'])*>|[^<]+|</g
  const parts = text.match(token) ?? []
  const lines: string[] = []
  let depth = 0
  for (let index = 0; index < parts.length; index += 1) {
    const part = (parts[index] ?? '').trim()
    if (part === '') continue
    const line = (value: string) => lines.push(`${'  '.repeat(Math.min(depth, 60))}${value}`)
    if (/^<\//.test(part)) {
      depth = Math.max(0, depth - 1)
      line(part)
    } else if (/^<[^!?/]/.test(part) && !part.endsWith('/>')) {
      // `<a>text</a>` stays on its line.
      const [inner, close] = [parts[index + 1] ?? '', parts[index + 2] ?? '']
      if (!inner.startsWith('<') && /^<\//.test(close)) {
        line(`${part}${inner}${close}`)
        index += 2
      } else if (/^<\//.test(inner)) {
        line(`${part}${inner}`)
        index += 1
      } else {
        line(part)
        depth += 1
      }
    } else line(part)
  }
  return lines.join('\n')
}
