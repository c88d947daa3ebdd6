/** libpq's service file: `[name]`, then `keyword=value` a line. */

export interface ServiceEntry {
  readonly name: string
  readonly pairs: readonly (readonly [keyword: string, value: string])[]
}

/** Blanks around names and values do not count; the first group of a name is the one that counts, as in libpq. */
export function readServiceFile(text: string): readonly ServiceEntry[] {
  const entries = new Map<string, [string, string][]>()
  let current: [string, string][] | null = null
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const [, name] = /^\[(.+)\]$/.exec(line) ?? []
    if (name !== undefined) {
      current = []
      if (!entries.has(name)) entries.set(name, current)
      continue
    }
    const equals = line.indexOf('=')
    if (equals > 0) current?.push([line.slice(0, equals).trim(), line.slice(equals + 1).trim()])
  }
  return [...entries].map(([name, pairs]) => ({ name, pairs }))
}
