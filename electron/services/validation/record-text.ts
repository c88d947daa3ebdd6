/**
 * The fields of a row as record_out writes it: `(1,"a ""b""",,t)`. Each field is the text of its own type; NULL is an empty place
 * without quotes.
 * Source: PostgreSQL, "Composite Types", section "Composite Type Input and Output Syntax".
 */
export function readRecord(text: string): readonly (string | null)[] {
  const fields: (string | null)[] = []
  let field: string | null = null
  let quoted = false
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at] ?? ''
    const next = text[at + 1]
    if (quoted && (character === '"' || character === '\\') && next === character) {
      field += character
      at += 1
    } else if (character === '"') {
      quoted = !quoted
      field ??= ''
    } else if (!quoted && (character === ',' || character === ')')) {
      fields.push(field)
      field = null
    } else field = (field ?? '') + character
  }
  return fields
}
