import { SCRAM_ITERATIONS, saslPrepared, verifierText } from '#shared/postgres/scram-text.ts'

/** What a server keeps of a password, so that a script can be handed on without the password in it. */
export async function makeVerifier(
  password: string,
  salt: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(16)),
): Promise<string> {
  const secret = await crypto.subtle.importKey('raw', encoder.encode(saslPrepared(password)), 'PBKDF2', false, ['deriveBits'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: SCRAM_ITERATIONS }
  const salted = await crypto.subtle.deriveBits(derivation, secret, 256)
  const clientKey = await hmac(salted, 'Client Key')
  return verifierText({
    iterations: SCRAM_ITERATIONS,
    salt: base64(salt),
    storedKey: base64(new Uint8Array(await crypto.subtle.digest('SHA-256', clientKey))),
    serverKey: base64(new Uint8Array(await hmac(salted, 'Server Key'))),
  })
}

const encoder = new TextEncoder()

async function hmac(key: ArrayBuffer, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return crypto.subtle.sign('HMAC', imported, encoder.encode(text))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
