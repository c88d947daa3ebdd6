/** A name that every file system takes: 240 bytes at most, no folder, nothing hidden, and none of those that Windows keeps for its devices. */
export function fileNameOf(name: string): string {
  const safe = [...name].map((character) => (/[\p{L}\p{N} ._-]/u.test(character) ? character : '_'))
  // From its end, which says what kind of file it is.
  safe.splice(0, safe.length - MOST_BYTES)
  while (new TextEncoder().encode(safe.join('')).length > MOST_BYTES) safe.shift()
  const whole = safe
    .join('')
    .replace(/^[. ]+/, '_')
    .replace(/[. ]+$/, '_')
  return whole === '' || DEVICE.test(whole) ? `_${whole}` : whole
}

const MOST_BYTES = 239
const DEVICE = /^(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\.|$)/i
