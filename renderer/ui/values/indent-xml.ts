/** XML an element a line, as text: nothing of it is ever made into a document. What is between two tags stays as it is. Pure. */
export function indentXml(text: string): string {
  const parts = partsOf(text)
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

/** Tags, comments and the like, and what is between them. SECURITY: in one go, whatever is never closed: it may be a megabyte of `<!--`. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = []
  /** Ends that do not come any more. */
  const gone = new Set<string>()
  const tag = /<(?:"[^"]{0,10000}"|'[^']{0,10000}'|[^<>"'])*>/y
  for (let at = 0; at < text.length; ) {
    let to = -1
    if (text[at] !== '<') to = text.indexOf('<', at)
    else {
      const closing = closings.find(([open]) => text.startsWith(open, at))
      if (closing !== undefined && !gone.has(closing[1])) {
        const [open, close] = closing
        const found = text.indexOf(close, at + open.length)
        if (found < 0) gone.add(close)
        else to = found + close.length
      }
      tag.lastIndex = at
      if (to < 0) to = tag.test(text) ? tag.lastIndex : at + 1
    }
    if (to < 0) to = text.length
    parts.push(text.slice(at, to))
    at = to
  }
  return parts
}

const closings: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
]
