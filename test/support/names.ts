import fc from 'fast-check'

/** Names as PostgreSQL allows them, and as few people expect them. */

const nasty = [
  `a"b'c\\; --`,
  `"; DROP TABLE t; --`,
  `x"."y`,
  `'; DROP ROLE postgres; --`,
  '$$',
  '$tag$ x $tag$',
  '/* x',
  '*/ x /*',
  '-- x',
  'line\nbreak; SELECT 1; --',
  'carriage\rreturn',
  'tab\tand space ',
  ' ',
  '"',
  "'",
  '\\',
  '%I %s {0}',
  ':name',
  '?',
  '$1',
  "E'\\047'",
  'U&"\\0061"',
  'ß',
  'İstanbul',
  '名前',
  '🔑',
  'e\u0301',
  '\u202eabc',
  '\u0001\u007f',
  'CamelCase',
  'Sales',
  'sALES',
  '1st',
  'größe',
  'a$b',
  'x'.repeat(63),
  'ä'.repeat(31),
  `${'名'.repeat(20)}abc`,
  `"${'x'.repeat(61)}"`,
] as const

/** Key words of every category, and words with a meaning of their own where a role is expected. */
const words = [
  'select',
  'user',
  'table',
  'all',
  'to',
  'grant',
  'authorization',
  'between',
  'current_user',
  'session_user',
  'current_role',
  'group',
  'role',
  'default',
  'PUBLIC ',
  'temp',
  'schema',
  'tables',
  'null',
  'true',
  'json_table',
  'merge_action',
  'system_user',
]

/** Any name of 1 to 63 bytes in UTF-8. */
export const anyName: fc.Arbitrary<string> = fc
  .oneof(
    { arbitrary: fc.constantFrom(...nasty), weight: 3 },
    { arbitrary: fc.constantFrom(...words), weight: 2 },
    { arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 63 }), weight: 2 },
    { arbitrary: fc.string({ unit: fc.constantFrom(...'ab"\'\\;.-$/*( \n'), minLength: 1, maxLength: 63 }), weight: 2 },
  )
  .map((name) => cutTo63Bytes(name.replaceAll('\0', '')))
  .filter((name) => name !== '')

/** Names that stand for the same thing once somebody forgets to quote, to fold or to cut. */
export function lookalikes(name: string): readonly string[] {
  const candidates = [
    name.toLowerCase(),
    name.toUpperCase(),
    name.trim(),
    name.replaceAll('"', ''),
    name.replaceAll('"', '""'),
    name.replaceAll("'", "''"),
    name.replaceAll('\\', '\\\\'),
    name.split(/["';.\s]/)[0] ?? '',
    name.slice(0, -1),
    name.normalize('NFC'),
  ]
  return [...new Set(candidates)].filter(
    (other) => other !== '' && other !== name && other.isWellFormed() && Buffer.byteLength(other) <= 63,
  )
}

function cutTo63Bytes(name: string): string {
  let cut = name
  while (Buffer.byteLength(cut) > 63) cut = [...cut].slice(0, -1).join('')
  return cut
}
