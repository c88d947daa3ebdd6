import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Looks for a secret byte by byte, in every form that programs write text in. */

export interface Place {
  readonly name: string
  readonly bytes: Buffer
}

export interface Hit {
  readonly place: string
  readonly form: string
}

export interface Needle {
  readonly form: string
  readonly bytes: Buffer
}

/** Of each text: as it is, percent-encoded, base64 in all three positions, hexadecimal, UTF-16, and as JSON and SQL escape it. */
export function needlesOf(texts: readonly string[]): readonly Needle[] {
  const all = texts.flatMap((text) => formsOf(text))
  const seen = new Set<string>()
  return all.filter(({ bytes }) => {
    const key = bytes.toString('latin1')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

export function scan(places: readonly Place[], needles: readonly Needle[]): readonly Hit[] {
  return places.flatMap(({ name, bytes }) =>
    needles.filter((needle) => bytes.includes(needle.bytes)).map(({ form }) => ({ place: name, form })),
  )
}

export function filesBelow(folder: string): readonly Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), bytes: readFileSync(path) }))
}

function formsOf(text: string): readonly Needle[] {
  const utf8 = Buffer.from(text)
  const utf16 = Buffer.from(text, 'utf16le')
  const named = (form: string, written: string | Buffer): Needle => ({
    form,
    bytes: typeof written === 'string' ? Buffer.from(written) : written,
  })
  const percent = encodeURIComponent(text)
  const all = [...utf8].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = [...json].map((character) => (character > '~' ? unicodeEscape(character) : character)).join('')
  return [
    named('raw', utf8),
    named('latin1', Buffer.from(text, 'latin1')),
    named('percent', percent),
    named(
      'percent',
      percent.replace(/%../g, (escaped) => escaped.toLowerCase()),
    ),
    named(
      'percent',
      percent.replace(/['()*!]/g, (character) => `%${character.charCodeAt(0).toString(16)}`),
    ),
    named(
      'percent',
      percent.replace(/['()*!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    ),
    named('percent', all),
    named('percent', all.toUpperCase()),
    ...[0, 1, 2].flatMap((offset) => base64At(utf8, offset)),
    ...[0, 1, 2].flatMap((offset) => base64At(utf16, offset)),
    named('hex', utf8.toString('hex')),
    named('hex', utf8.toString('hex').toUpperCase()),
    named('utf-16', utf16),
    named('utf-16', Buffer.from(utf16).swap16()),
    named('json', json),
    named('json', ascii),
    named('json', json.replaceAll('\\', '\\\\').replaceAll('"', '\\"')),
    named('sql', text.replaceAll("'", "''")),
  ]
}

/** What of the base64 text does not depend on the bytes before and after. */
function base64At(bytes: Buffer, offset: number): readonly Needle[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
  const text = padded.toString('base64').replace(/=+$/, '')
  const from = offset === 0 ? 0 : offset + 1
  const certain = text.slice(from, padded.length % 3 === 0 ? undefined : -1)
  return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')].map((written) => ({ form: 'base64', bytes: Buffer.from(written) }))
}

function unicodeEscape(character: string): string {
  return [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
}
