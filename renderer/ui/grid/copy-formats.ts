import { assertNever } from '#shared/assert-never.ts'
import { isPlainName } from '#shared/sql/quote-name.ts'

/** The ways in which selected cells are written for the clipboard. Pure; values come as the server wrote them. */

export const copyFormats = ['tsv', 'tsv-heads', 'csv', 'json', 'markdown', 'insert', 'in-list'] as const
export type CopyFormat = (typeof copyFormats)[number]

export const copyTitles: Readonly<Record<CopyFormat, string>> = {
  tsv: 'Tab-separated',
  'tsv-heads': 'Tab-separated, with names',
  csv: 'CSV, with names',
  json: 'JSON',
  markdown: 'Markdown table',
  insert: 'INSERT statements',
  'in-list': 'List for IN (…)',
}

/** Of columns at the right, the values are numbers. */
export interface CopyColumn {
  readonly name: string
  readonly type: string
  readonly align?: 'left' | 'right'
}

export type CopyRows = readonly (readonly (string | null)[])[]

export function written(format: CopyFormat, columns: readonly CopyColumn[], rows: CopyRows): string {
  switch (format) {
    case 'tsv':
      return rows.map((row) => row.map(field('\t')).join('\t')).join('\n')
    case 'tsv-heads':
      return [names(columns), ...rows].map((row) => row.map(field('\t')).join('\t')).join('\n')
    case 'csv':
      return [names(columns), ...rows].map((row) => row.map(field(',')).join(',')).join('\n')
    case 'json':
      return rows.length === 0 ? '[]' : `[\n${rows.map((row) => `  {${members(columns, row).join(', ')}}`).join(',\n')}\n]`
    case 'markdown':
      return [names(columns), columns.map(({ align }) => (align === 'right' ? '--:' : '---')), ...rows]
        .map((row) => `| ${row.map((cell) => markdown(cell)).join(' | ')} |`)
        .join('\n')
    case 'insert':
      return rows
        .map(
          (row) =>
            `INSERT INTO table_name (${columns.map(({ name }) => quotedName(name)).join(', ')}) VALUES (${row.map((cell, index) => literal(cell, columns[index])).join(', ')});`,
        )
        .join('\n')
    case 'in-list':
      return `(${[...new Set(rows.flatMap((row) => row.flatMap((cell, index) => (cell === null ? [] : [literal(cell, columns[index])]))))].join(', ')})`
    default:
      return assertNever(format)
  }
}

function names(columns: readonly CopyColumn[]): readonly string[] {
  return columns.map(({ name }) => name)
}

/** null becomes an empty field, as in COPY … CSV. */
function field(separator: string) {
  return (cell: string | null): string => {
    if (cell === null) return ''
    return /["\n\r]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell
  }
}

/** Numbers keep all their digits; of two columns with one name the second is told apart. */
function members(columns: readonly CopyColumn[], row: readonly (string | null)[]): readonly string[] {
  const taken = new Set<string>()
  return row.map((cell, index) => {
    const name = columns[index]?.name ?? ''
    let free = name
    for (let copy = 2; taken.has(free); copy += 1) free = `${name}_${copy}`
    taken.add(free)
    return `${JSON.stringify(free)}: ${jsonOf(cell, columns[index])}`
  })
}

function jsonOf(cell: string | null, column: CopyColumn | undefined): string {
  if (cell === null) return 'null'
  if (column?.type === 'boolean') return cell === 't' ? 'true' : 'false'
  if (column?.type === 'json' || column?.type === 'jsonb') return cell
  return isNumber(cell, column) ? cell : JSON.stringify(cell)
}

function markdown(cell: string | null): string {
  return cell === null ? '' : cell.replace(/[\\|]/g, '\\$&').replace(/\r?\n|\r/g, '<br>')
}

/** As quote_literal writes it: with a backslash in it, the text says so itself, whatever the server's settings are. */
function literal(cell: string | null, column: CopyColumn | undefined): string {
  if (cell === null) return 'NULL'
  if (isNumber(cell, column)) return cell
  const text = cell.replaceAll("'", "''")
  return text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\')}'` : `'${text}'`
}

function quotedName(name: string): string {
  return isPlainName(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function isNumber(cell: string, column: CopyColumn | undefined): boolean {
  return column?.align === 'right' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell)
}
