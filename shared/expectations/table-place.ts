/** Schema and name of a table as a person writes it: a dot parts the two, quotes keep a dot within one. Without a schema, `schema`. */
export function tablePlace(text: string, schema: string): readonly string[] {
  const parts = text.match(/"(?:[^"]|"")+"|[^."]+/g) ?? [text]
  const names = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.trim()))
  return names.length === 1 ? [schema, ...names] : names.slice(-2)
}
