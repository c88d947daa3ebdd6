import type { ExportFormat, ResultColumn } from '#shared/model/query.ts'

/** How a row is written in each format. Pure; values come as the server wrote them. */

export interface TextFormat {
  /** Before the first row. */
  readonly head: string
  row(values: readonly (string | null)[], first: boolean): string
  /** After the last one. */
  readonly foot: string
}

export function formatsOf(columns: readonly ResultColumn[]): Readonly<Record<Exclude<ExportFormat, 'parquet'>, TextFormat>> {
  return {
    'csv-exact': csv(columns, (text) => text),
    'csv-spreadsheet': spreadsheet(columns),
    tsv: tsv(columns),
    json: json(columns),
    'json-lines': jsonLines(columns),
  }
}

/** RFC 4180. As PostgreSQL's own COPY has it, NULL is nothing and an empty text is two quotes, so that both can be read back. */
function csv(columns: readonly ResultColumn[], written: (text: string, column: ResultColumn | null) => string): TextFormat {
  const line = (cells: readonly string[]) => `${cells.join(',')}\r\n`
  return {
    head: line(columns.map(({ name }) => quoted(written(name, null)))),
    row: (values) => line(values.map((value, index) => (value === null ? '' : quoted(written(value, columns[index] ?? null))))),
    foot: '',
  }
}

export function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * SECURITY: a spreadsheet runs a cell that begins like a formula, in full-width characters as well (OWASP ASVS 1.2.10). An apostrophe makes
 * it a text. Where a computer's lists are parted by semicolons, as beside a decimal comma, a cell begins after each semicolon, tab and end
 * of a line as well, whatever the quotes. Never before a number: -5 is a value; what a server only calls a number is a text. The mark at
 * the beginning tells Excel that this is UTF-8.
 */
function spreadsheet(columns: readonly ResultColumn[]): TextFormat {
  const format = csv(columns, harmless)
  return { ...format, head: `\uFEFF${format.head}` }
}

/** `column` null: a name. */
export function harmless(text: string, column: ResultColumn | null): string {
  if (column !== null && numbers.has(column.typeOid) && NUMBER.test(text)) return text
  return text.replace(/^(?=[\t\r\n])/, "'").replace(FORMULA, "$1'$2")
}

const FORMULA = /(^|[;\t\r\n][" ]*)([=+\-@＝＋－＠])/g
/** Of any country's money, too: no sign but the first and that of an exponent. */
const NUMBER = /^-?[^-=+@|!();\t\r\n]*(e[+-]?\d+)?$/i

/** COPY's text format, which COPY reads back: \N is NULL, and a tab, a line's end or a backslash in a value is written out. */
function tsv(columns: readonly ResultColumn[]): TextFormat {
  const line = (cells: readonly string[]) => `${cells.join('\t')}\n`
  return {
    head: line(columns.map(({ name }) => escaped(name))),
    row: (values) => line(values.map((value) => (value === null ? '\\N' : escaped(value)))),
    foot: '',
  }
}

export function escaped(text: string): string {
  return /[\\\t\n\r\b\f\v]/.test(text) ? text.replace(/[\\\t\n\r\b\f\v]/g, (character) => escapes[character] ?? character) : text
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
}

/** A json keeps the line breaks that it was written with; between its values, where alone they stand, they mean nothing. */
function jsonLines(columns: readonly ResultColumn[]): TextFormat {
  const names = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name))
  return {
    head: '',
    row: (values) =>
      `{${values.map((value, index) => `${names[index]}:${jsonValue(value, columns[index]?.typeOid ?? 0).replace(/[\r\n]+/g, ' ')}`).join(',')}}\n`,
    foot: '',
  }
}

function json(columns: readonly ResultColumn[]): TextFormat {
  const names = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name))
  return {
    head: '[',
    row(values, first) {
      const members = values.map((value, index) => `${names[index]}: ${jsonValue(value, columns[index]?.typeOid ?? 0)}`)
      return `${first ? '\n' : ',\n'}  {${members.join(', ')}}`
    },
    foot: '\n]\n',
  }
}

/** A number keeps every digit, which JavaScript would round; JSON has no NaN and no infinities, so these stay texts. */
function jsonValue(value: string | null, typeOid: number): string {
  if (value === null) return 'null'
  if (typeOid === BOOL) return value === 't' ? 'true' : 'false'
  if (jsons.has(typeOid)) return value
  return numbers.has(typeOid) && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? value : JSON.stringify(value)
}

/** Of two columns with one name, an object would lose one. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let copy = 2; taken.has(free); copy += 1) free = `${name}_${copy}`
    taken.add(free)
    return free
  })
}

/** pg_type.dat: these oids never change. int8, int2, int4, oid, float4, float8, money, numeric. */
const numbers: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 790, 1700])
/** json, jsonb. */
const jsons: ReadonlySet<number> = new Set([114, 3802])
const BOOL = 16
