/** The pictures that are shown, told by their first bytes (in hex) and never by a name. No SVG: it is a document. */
export function imageType(hex: string): string | null {
  if (hex.startsWith('89504e470d0a1a0a')) return 'image/png'
  if (hex.startsWith('ffd8ff')) return 'image/jpeg'
  if (hex.startsWith('474946383761') || hex.startsWith('474946383961')) return 'image/gif'
  return hex.startsWith('52494646') && hex.slice(16, 24) === '57454250' ? 'image/webp' : null
}

/** A data: address, which the page's policy lets a picture have. */
export function imageAddress(type: string, hex: string): string {
  let binary = ''
  const codes: number[] = []
  for (let at = 0; at + 1 < hex.length; at += 2) {
    codes.push(Number.parseInt(hex.slice(at, at + 2), 16))
    if (codes.length === 8_192) binary += String.fromCharCode(...codes.splice(0))
  }
  return `data:${type};base64,${btoa(binary + String.fromCharCode(...codes))}`
}
