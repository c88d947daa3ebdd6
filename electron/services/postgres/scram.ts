import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * What a server keeps of a password (RFC 5802, RFC 7677): it can check the password with it, but neither the server's log nor
 * pg_stat_activity nor a proxy can show the password. The verifier itself is still nobody's business: it is not logged.
 */
export async function scramVerifier(
  password: string,
  options: { readonly iterations?: number; readonly salt?: Buffer } = {},
): Promise<string> {
  const iterations = options.iterations ?? 4096
  const salt = options.salt ?? randomBytes(16)
  const salted = await promisify(pbkdf2)(saslPrepared(password), salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

/**
 * The mapping and normalisation of SASLprep (RFC 4013), as drivers do it at login. Like PostgreSQL, a password with forbidden
 * characters is taken as it is.
 */
function saslPrepared(password: string): string {
  const mapped = password.replace(mappedToSpace, ' ').replace(mappedToNothing, '')
  const normalised = mapped.normalize('NFKC')
  return normalised === '' || forbidden.test(normalised) ? password : normalised
}

/** RFC 3454 tables C.1.2 and B.1. */
const mappedToSpace = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g
const mappedToNothing = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/gu
/** RFC 3454 tables C.2 to C.9, as far as they matter to a password that a person types. */
const forbidden = /\u0340|\u0341|[\p{Cc}\p{Co}\p{Cs}\u200E\u200F\u202A-\u202E\u206A-\u206F\uFFF9-\uFFFD\u2FF0-\u2FFB]/u

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
