/** The parts of a SCRAM verifier that are text alone (RFC 5802, RFC 7677); the hashing belongs to each program's own runtime. */

/** As PostgreSQL stores it; all but the iterations in base64. */
export interface VerifierParts {
  readonly iterations: number
  readonly salt: string
  readonly storedKey: string
  readonly serverKey: string
}

/** PostgreSQL's own default (scram_iterations). */
export const SCRAM_ITERATIONS = 4096

export function verifierText({ iterations, salt, storedKey, serverKey }: VerifierParts): string {
  return `SCRAM-SHA-256$${iterations}:${salt}$${storedKey}:${serverKey}`
}

/**
 * The mapping and normalisation of SASLprep (RFC 4013), as drivers do it at login. Like PostgreSQL, a password with forbidden
 * characters is taken as it is.
 */
export function saslPrepared(password: string): string {
  const mapped = password.replace(mappedToSpace, ' ').replace(mappedToNothing, '')
  const normalised = mapped.normalize('NFKC')
  return normalised === '' || forbidden.test(normalised) ? password : normalised
}

/** RFC 3454 tables C.1.2 and B.1. */
const mappedToSpace = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g
const mappedToNothing = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/gu
/** RFC 3454 tables C.2 to C.9, as far as they matter to a password that a person types. */
const forbidden = /\u0340|\u0341|[\p{Cc}\p{Co}\p{Cs}\u200E\u200F\u202A-\u202E\u206A-\u206F\uFFF9-\uFFFD\u2FF0-\u2FFB]/u
