import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { invalid, isAppError } from '#shared/contract/errors.ts'
import type { Certificates, DataSourceInput } from '#shared/model/data-source.ts'
import type { CertificateFiles, ConnectionFields } from '#shared/postgres/connection-fields.ts'

/**
 * Certificates and keys as they are taken in: by content, checked, so that a connection fails here and not in the middle of a
 * handshake. SECURITY: files of certificates often hold the key, too. Of each text only the blocks that belong there are
 * kept, so that a key is never stored, or shown, as part of a certificate.
 */

/**
 * What was pasted, chosen or named in the connection string; null: nothing was said of them, so what is stored stays.
 * @throws AppError INVALID at `certificates`. SECURITY: no sentence repeats what a file holds.
 */
export async function readCertificates(
  { certificates, certificateFiles }: Pick<DataSourceInput, 'certificates' | 'certificateFiles'>,
  { certificateFiles: named }: Pick<ConnectionFields, 'certificateFiles'>,
): Promise<Certificates | null> {
  if (named !== undefined && certificateFiles !== true) {
    throw invalid(
      'The connection string names certificate files. Agree to have them read, or leave sslrootcert, sslcert and sslkey out.',
      FIELD,
    )
  }
  if (named === undefined && certificates === undefined) return null
  const given: Certificates = { ...nothing, ...certificates, ...(named === undefined ? {} : await readFiles(named)) }
  const rootCertificatePem = given.rootCertificatePem === null ? null : authority(given.rootCertificatePem)
  const clientCertificatePem = given.clientCertificatePem === null ? null : ownCertificate(given.clientCertificatePem)
  const key = given.clientKeyPem ?? keyBeside(given.clientCertificatePem)
  if (key !== null && clientCertificatePem === null) {
    throw invalid('There is a key without its client certificate. Give both, or neither.', FIELD)
  }
  return { rootCertificatePem, clientCertificatePem, clientKeyPem: key === null ? null : keyFor(clientCertificatePem ?? '', key) }
}

/** For a connection of which nothing is stored. @throws AppError INVALID at `certificates` */
export async function readWholeCertificates(
  given: Pick<DataSourceInput, 'certificates' | 'certificateFiles'>,
  fields: Pick<ConnectionFields, 'certificateFiles'>,
): Promise<Certificates> {
  const certificates = (await readCertificates(given, fields)) ?? nothing
  if (certificates.clientCertificatePem !== null && certificates.clientKeyPem === null) throw keyMissing()
  return certificates
}

export function keyMissing() {
  return invalid('There is a client certificate without its key. Give both, or neither.', FIELD)
}

const nothing: Certificates = { rootCertificatePem: null, clientCertificatePem: null, clientKeyPem: null }
const FIELD = 'certificates'

/** What the string names goes before what the form says; what it does not name is left to the form. */
async function readFiles({ root, certificate, key }: CertificateFiles): Promise<Partial<Certificates>> {
  const authorityFile = root === null ? {} : { rootCertificatePem: root === 'system' ? null : await readPem(root, 'sslrootcert') }
  if (certificate === null || key === null) return authorityFile
  return {
    ...authorityFile,
    clientCertificatePem: await readPem(certificate, 'sslcert'),
    clientKeyPem: await readPem(key, 'sslkey'),
  }
}

/** Far more than an authority's bundle has. */
const MAX_FILE_BYTES = 1_000_000

/** SECURITY: a path from a pasted text may name anything; only what is PEM goes on, and its content is never part of an error. */
async function readPem(path: string, parameter: string): Promise<string> {
  const place = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
  let text: string
  try {
    // Looked at before it is opened: a pipe would be waited for without end.
    const found = await stat(place)
    if (!found.isFile()) throw invalid(`The path of ${parameter} does not lead to a file.`, FIELD)
    if (found.size > MAX_FILE_BYTES) throw invalid(`The file of ${parameter} is larger than a megabyte, so it is no certificate.`, FIELD)
    text = await readFile(place, 'utf8')
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null
    if (typeof code !== 'string' || isAppError(error)) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') throw invalid(`There is no file at the path of ${parameter}.`, FIELD)
    if (code === 'EACCES' || code === 'EPERM') throw invalid(`The file of ${parameter} may not be read by this user.`, FIELD)
    throw invalid(`The file of ${parameter} cannot be read (${code}).`, FIELD)
  }
  if (!text.includes('-----BEGIN ')) throw invalid(`The file of ${parameter} is not in PEM form (text that begins with -----BEGIN).`, FIELD)
  return text
}

function authority(text: string): string {
  if (text.trim() === '') throw invalid('Give the certificate of your authority, or choose another protection.', FIELD)
  return certificatesIn(text, 'The certificate of the authority').join('\n')
}

/** Its own, and those between it and the authority, in the order in which they stand there. */
function ownCertificate(text: string): string {
  return certificatesIn(text, 'The client certificate').join('\n')
}

function certificatesIn(text: string, what: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    throw invalid(`${what} cannot be read: it should be PEM text that begins with -----BEGIN CERTIFICATE-----.`, FIELD)
  }
  return blocks
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false // what OpenSSL cannot read is no certificate; the caller says so
  }
}

const KEY_BLOCK = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[^-]+-----END \1PRIVATE KEY-----/g

/** One text may hold both. */
function keyBeside(certificate: string | null): string | null {
  return certificate?.match(KEY_BLOCK)?.[0] ?? null
}

/** More than a key of 8192 bits has. */
const MAX_KEY_LENGTH = 8_000

/** @returns the block of the key alone */
function keyFor(certificate: string, text: string): string {
  if (/-----BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED/.test(text)) {
    throw invalid('The key is protected by a passphrase, which Plumbline does not take. Give it without: openssl pkey -in FILE.', FIELD)
  }
  const [block, ...others] = text.match(KEY_BLOCK) ?? []
  const key = block === undefined || block.length > MAX_KEY_LENGTH ? null : keyIn(block)
  if (block === undefined || key === null) {
    throw invalid('The key cannot be read: it should be PEM text that begins with -----BEGIN PRIVATE KEY-----.', FIELD)
  }
  if (others.length > 0) throw invalid('There are several keys. Give the one that belongs to the client certificate.', FIELD)
  if (!new X509Certificate(certificate).checkPrivateKey(key)) throw invalid('The key does not belong to the client certificate.', FIELD)
  return block
}

function keyIn(block: string) {
  try {
    return createPrivateKey(block)
  } catch {
    return null // what OpenSSL cannot read is no key; the caller says so
  }
}
