/**
 * JSON as it was written: numbers keep their digits, keys that stand twice stand twice, texts keep their escapes. Read in steps, so that
 * a long one does not hold up the page. Pure.
 */

export type JsonNode =
  | { readonly kind: 'object'; readonly members: { readonly name: string; readonly node: JsonNode }[] }
  | { readonly kind: 'array'; readonly items: JsonNode[] }
  /** As it was written, a text with its quotes. */
  | { readonly kind: 'value'; readonly raw: string }

export interface JsonRead {
  readonly root: JsonNode | null
  /** Where it stopped being JSON, in UTF-16 units; null: all of it was. */
  readonly problemAt: number | null
}

/** Yields after each `step` tokens. */
export function* readJson(text: string, step = 20_000): Generator<void, JsonRead, void> {
  const token = /[\s]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null))/dsy
  const stack: (JsonNode & { kind: 'object' | 'array' })[] = []
  let root: JsonNode | null = null
  /** The key whose value comes next. */
  let name: string | null = null
  let tokens = 0
  const put = (node: JsonNode): boolean => {
    const top = stack.at(-1)
    if (top === undefined) {
      if (root !== null) return false
      root = node
    } else if (top.kind === 'array') top.items.push(node)
    else if (name === null) return false
    else {
      top.members.push({ name, node })
      name = null
    }
    return true
  }
  for (let at = 0; ; tokens += 1) {
    if (tokens > 0 && tokens % step === 0) yield
    token.lastIndex = at
    const match = token.exec(text)
    if (match === null) return { root, problemAt: stack.length > 0 || text.slice(at).trim() !== '' || root === null ? at : null }
    const [, mark, quoted, plain] = match
    const top = stack.at(-1)
    let fits = true
    if (mark === '{' || mark === '[') {
      const node: JsonNode = mark === '{' ? { kind: 'object', members: [] } : { kind: 'array', items: [] }
      fits = put(node)
      if (fits) stack.push(node)
    } else if (mark === '}' || mark === ']') {
      fits = top?.kind === (mark === '}' ? 'object' : 'array') && name === null
      stack.pop()
    } else if (quoted !== undefined && top?.kind === 'object' && name === null) name = quoted
    else if (quoted !== undefined || plain !== undefined) fits = put({ kind: 'value', raw: quoted ?? plain ?? '' })
    else fits = top !== undefined
    if (!fits) return { root, problemAt: at }
    at = token.lastIndex
  }
}

/** The same text, a value a line. What is no JSON is left as it is. Yields after each `step` tokens. */
export function* indentJson(text: string, step = 20_000): Generator<void, string, void> {
  // SECURITY: a text that is never closed is one part to its end, and is not looked through again from each of its quotes.
  const token = /[{[]\s*[}\]]|[{}[\],:]|"(?:[^"\\]|\\.)*"?|[^\s{}[\],:"]+/gs
  const out: string[] = []
  let depth = 0
  let tokens = 0
  const newLine = () => out.push('\n', '  '.repeat(Math.min(depth, 60)))
  for (const [part] of text.matchAll(token)) {
    tokens += 1
    if (tokens % step === 0) yield
    if (part === '{' || part === '[') {
      depth += 1
      out.push(part)
      newLine()
    } else if (part === '}' || part === ']') {
      depth = Math.max(0, depth - 1)
      newLine()
      out.push(part)
    } else if (part === ',') {
      out.push(part)
      newLine()
    } else if (part === ':') out.push(': ')
    else out.push(/^[{[]/.test(part) ? part.replaceAll(/\s/g, '') : part)
  }
  return out.join('')
}

/** Goes through the steps, and lets the page draw in between. null: nobody waits any more. */
export async function inSteps<Result>(steps: Generator<void, Result, void>, signal: AbortSignal): Promise<Result | null> {
  for (;;) {
    const next = steps.next()
    if (signal.aborted) return null
    if (next.done === true) return next.value
    await new Promise((resolve) => setTimeout(resolve))
  }
}
