import { createPrivateKey, X509Certificate } from 'node:crypto'
import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { invalid } from '#shared/contract/errors.ts'
import type { Certificates, DataSourceInput } from '#shared/model/data-source.ts'
import type { CertificateFiles, ConnectionFields } from '#shared/postgres/connection-fields.ts'

/** Certificates and keys as they are taken in: by content, checked, so that a connection fails here and not in the middle of a handshake. */

/**
 * What was pasted, chosen or named in the connection string; null: nothing was said of them, so what is stored stays.
 * @throws AppError INVALID at `certificates`. SECURITY: no sentence repeats what a file holds.
 */
export async function readCertificates(input: DataSourceInput, fields: ConnectionFields): Promise<Certificates | null> {
  const named = fields.certificateFiles
  if (named !== undefined && input.certificateFiles !== true) {
    throw invalid(
      'The connection string names certificate files. Agree to have them read, or leave sslrootcert, sslcert and sslkey out.',
      FIELD,
    )
  }
  const fromFiles = named === undefined ? null : await readFiles(named)
  if (fromFiles === null && input.certificates === undefined) return null
  const { certificates } = input
  const found: Certificates = {
    rootCertificatePem: fromFiles?.rootCertificatePem ?? emptyToNull(certificates?.rootCertificatePem),
    clientCertificatePem: fromFiles?.clientCertificatePem ?? emptyToNull(certificates?.clientCertificatePem),
    clientKeyPem: fromFiles?.clientKeyPem ?? emptyToNull(certificates?.clientKeyPem),
  }
  check(found)
  return found
}

const FIELD = 'certificates'
/** Far more than an authority's bundle has. */
const MAX_FILE_BYTES = 1_000_000

async function readFiles({ root, certificate, key }: CertificateFiles): Promise<Certificates> {
  return {
    rootCertificatePem: root === null || root === 'system' ? null : await readPem(root, 'sslrootcert'),
    clientCertificatePem: certificate === null ? null : await readPem(certificate, 'sslcert'),
    clientKeyPem: key === null ? null : await readPem(key, 'sslkey'),
  }
}

/** SECURITY: a path from a pasted text may name anything; only what is PEM goes on, and its content is never part of an error. */
async function readPem(path: string, parameter: string): Promise<string> {
  const place = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
  let text: string
  try {
    const file = await open(place, 'r')
    try {
      const { size } = await file.stat().then((stats) => (stats.isFile() ? stats : { size: Number.POSITIVE_INFINITY }))
      if (size > MAX_FILE_BYTES) throw invalid(`The file of ${parameter} is no file of certificates.`, FIELD)
      text = await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null
    if (code === 'ENOENT') throw invalid(`There is no file at the path of ${parameter}.`, FIELD)
    if (code === 'EACCES' || code === 'EPERM') throw invalid(`The file of ${parameter} may not be read by this user.`, FIELD)
    if (code === 'EISDIR' || code === 'ENOTDIR') throw invalid(`The path of ${parameter} does not lead to a file.`, FIELD)
    throw error
  }
  if (!text.includes('-----BEGIN ')) throw invalid(`The file of ${parameter} is not in PEM form (text that begins with -----BEGIN).`, FIELD)
  return text
}

function check({ rootCertificatePem, clientCertificatePem, clientKeyPem }: Certificates): void {
  if (rootCertificatePem !== null && certificatesIn(rootCertificatePem).length === 0) {
    throw invalid(
      'The certificate of the authority cannot be read: it should be PEM text that begins with -----BEGIN CERTIFICATE-----.',
      FIELD,
    )
  }
  if (clientCertificatePem === null) {
    if (clientKeyPem !== null) throw invalid('There is a key without its client certificate. Give both, or neither.', FIELD)
    return
  }
  const [certificate] = certificatesIn(clientCertificatePem)
  if (certificate === undefined) {
    throw invalid('The client certificate cannot be read: it should be PEM text that begins with -----BEGIN CERTIFICATE-----.', FIELD)
  }
  if (clientKeyPem === null) return
  if (/ENCRYPTED/.test(clientKeyPem)) {
    throw invalid('The key is protected by a passphrase, which Plumbline does not take. Give it without: openssl pkey -in FILE.', FIELD)
  }
  const key = keyIn(clientKeyPem)
  if (key === null) throw invalid('The key cannot be read: it should be PEM text that begins with -----BEGIN PRIVATE KEY-----.', FIELD)
  if (!certificate.checkPrivateKey(key)) throw invalid('The key does not belong to the client certificate.', FIELD)
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  try {
    return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((block) => new X509Certificate(block))
  } catch {
    return [] // what OpenSSL cannot read is no certificate; the caller says so
  }
}

function keyIn(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch {
    return null // as above
  }
}

function emptyToNull(text: string | null | undefined): string | null {
  return text == null || text.trim() === '' ? null : text
}
