/** A name that every file system takes. */
export function fileNameOf(name: string): string {
  const safe = [...name].map((character) => (/[\p{L}\p{N} ._-]/u.test(character) ? character : '_')).join('')
  return safe.replace(/^[. ]+/, '_').slice(-120)
}
