/** An array as PostgreSQL writes it: `[0:1]={{1,NULL},{"a,b",2}}`. Pure. */

export interface ArrayItem {
  /** From the outermost dimension in, by the array's own bounds: `[1][2]`. */
  readonly index: string
  /** null: NULL. */
  readonly value: string | null
}

/** null: it is not written like an array, or has more than `most` items. */
export function readArray(text: string, most = 100_000): readonly ArrayItem[] | null {
  const [, bounds = ''] = /^((?:\[[+-]?\d+:[+-]?\d+\])+)=/.exec(text) ?? []
  const lowest = [...bounds.matchAll(/\[([+-]?\d+):/g)].map(([, low]) => Number(low))
  const body = bounds === '' ? text : text.slice(bounds.length + 1)
  const items: ArrayItem[] = []
  const at: number[] = []
  // box separates its items by a semicolon.
  const token = /\s*(?:([{}])|([,;])|"((?:[^"\\]|\\.)*)"|((?:[^{},;"\\]|\\.)+))/sy
  let offset = 0
  while (offset < body.length) {
    token.lastIndex = offset
    const match = token.exec(body)
    if (match === null || items.length > most) return null
    const [, brace, separator, quoted, plain] = match
    offset = token.lastIndex
    if (brace === '{') at.push(lowest[at.length] ?? 1)
    else if (brace === '}') {
      at.pop()
      if (at.length === 0) return offset === body.length ? items : null
    } else if (separator !== undefined) at[at.length - 1] = (at.at(-1) ?? 0) + 1
    else {
      const value = (quoted ?? plain?.trim() ?? '').replaceAll(/\\(.)/gs, '$1')
      items.push({ index: at.map((place) => `[${place}]`).join(''), value: quoted === undefined && /^null$/i.test(value) ? null : value })
    }
  }
  return null
}
