/** A name that every file system takes: 240 bytes at most, no folder, nothing hidden, and none of those that Windows keeps for its devices. */
export function fileNameOf(name: string): string {
  const safe = [...name].map((character) => (/[\p{L}\p{N} ._-]/u.test(character) ? character : '_'))
  // From its end, which says what kind of file it is.
  let [from, bytes] = [safe.length, 0]
  while (from > 0) {
    bytes += bytesOf(safe[from - 1] ?? '')
    if (bytes > MOST_BYTES) break
    from -= 1
  }
  const kept = safe.slice(from).join('')
  const whole = kept.replace(/^[. ]+/, '_').replace(/[. ]+$/, '_')
  return whole === '' || DEVICE.test(whole) ? `_${whole}` : whole
}

const MOST_BYTES = 239
const DEVICE = /^(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\.|$)/i

/** In UTF-8. */
function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}
