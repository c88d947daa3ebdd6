/** 24 random bytes as 32 characters of base64url: 192 bits, and ASCII, so that SASLprep leaves it as it is. */
export function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}
