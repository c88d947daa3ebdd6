import type { Prose, ProsePart } from './definition.ts'

/** Builds the sentences of expectations, and reads them as plain text. */

/** `say\`Values in ${columnName('status')} are not null\`` */
export function say(strings: TemplateStringsArray, ...parts: readonly (Prose | ProsePart)[]): Prose {
  const out: ProsePart[] = []
  strings.forEach((text, index) => {
    if (text !== '') out.push({ kind: 'text', text })
    const part = parts[index]
    if (part !== undefined) out.push(...('kind' in part ? [part] : part))
  })
  return out
}

export function columnName(name: string): ProsePart {
  return { kind: 'column', text: name }
}

export function valueText(value: string | number | boolean | null): ProsePart {
  return { kind: 'value', text: value === null ? 'NULL' : String(value) }
}

/** The first few of a list, and how many more there are: two at least, for one is shorter written out. */
export function valueList(values: readonly (string | number | boolean | null)[], shown = 8): Prose {
  const parts: ProsePart[] = []
  const written = values.length === shown + 1 ? values.length : shown
  values.slice(0, written).forEach((value, index) => {
    if (index > 0) parts.push({ kind: 'text', text: ', ' })
    parts.push(valueText(value))
  })
  if (values.length > written) parts.push({ kind: 'text', text: ` and ${values.length - written} more` })
  return parts
}

/** ", in at least 95 % of rows", or nothing where every row must hold. */
export function inShareOfRows(mostly: number): Prose {
  if (mostly >= 1) return []
  return say`, in at least ${valueText(`${Number((mostly * 100).toPrecision(12))} %`)} of rows`
}

export function proseText(prose: Prose): string {
  return prose.map((part) => part.text).join('')
}
