import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { SCRAM_ITERATIONS, saslPrepared, verifierText } from '#shared/postgres/scram-text.ts'

/**
 * What a server keeps of a password (RFC 5802, RFC 7677): it can check the password with it, but neither the server's log nor
 * pg_stat_activity nor a proxy can show the password. The verifier itself is still nobody's business: it is not logged.
 */
export async function scramVerifier(
  password: string,
  options: { readonly iterations?: number; readonly salt?: Buffer } = {},
): Promise<string> {
  const iterations = options.iterations ?? SCRAM_ITERATIONS
  const salt = options.salt ?? randomBytes(16)
  const salted = await promisify(pbkdf2)(saslPrepared(password), salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return verifierText({ iterations, salt: salt.toString('base64'), storedKey, serverKey })
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
