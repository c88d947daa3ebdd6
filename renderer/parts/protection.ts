import type { Certificates, DataSourceInput, Sslmode } from '#shared/model/data-source.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { decideTls, describeTls, isLocal } from '#shared/postgres/tls-policy.ts'

/** How a connection is protected, as a form holds it: what was chosen, what was agreed to, and the certificates. */

export interface Protection {
  /** null: as the connection string or the host decides. */
  readonly sslmode: Sslmode | null
  readonly plaintextConsent: boolean
  /** SECURITY: the key in it is for the one call that hands it over. */
  readonly certificates: Certificates
  /** The files that the connection string names may be read. */
  readonly certificateFiles: boolean
}

export const usualProtection: Protection = {
  sslmode: null,
  plaintextConsent: false,
  certificates: { rootCertificatePem: null, clientCertificatePem: null, clientKeyPem: null },
  certificateFiles: false,
}

/** For the services. What is not used is left out: then what was stored before stays. */
export function certificatesToSend({
  certificates,
  certificateFiles,
}: Pick<Protection, 'certificates' | 'certificateFiles'>): Pick<DataSourceInput, 'certificates' | 'certificateFiles'> {
  const given = certificates.rootCertificatePem !== null || certificates.clientCertificatePem !== null
  return { ...(certificateFiles ? { certificateFiles } : {}), ...(given ? { certificates } : {}) }
}

/** `usual`: as the string or the host decides. `own-authority`: verified, by an authority that is given. */
export type ProtectionChoice = 'usual' | 'own-authority' | Sslmode

export function choiceOf(fields: ConnectionFields | null, { sslmode, certificates }: Protection): ProtectionChoice {
  const own = certificates.rootCertificatePem !== null && fields?.certificateFiles === undefined
  return own && effectiveSslmode(fields, sslmode) === 'verify-full' ? 'own-authority' : (sslmode ?? 'usual')
}

/** Consent is given to one choice, and asked for again with the next. */
export function choose(
  choice: ProtectionChoice,
  { certificates }: Protection,
): Pick<Protection, 'sslmode' | 'plaintextConsent' | 'certificates'> {
  const { rootCertificatePem } = certificates
  const root = choice === 'own-authority' ? (rootCertificatePem ?? '') : choice === 'verify-ca' ? rootCertificatePem || null : null
  const sslmode = choice === 'usual' ? null : choice === 'own-authority' ? 'verify-full' : choice
  return { sslmode, plaintextConsent: false, certificates: { ...certificates, rootCertificatePem: root } }
}

/**
 * What was agreed to, after the connection string was changed. SECURITY: consent to plain text is for one host, and leave to
 * read files is for the files that were named; another string that is pasted over them has neither.
 */
export function agreedAfter(
  { plaintextConsent, certificateFiles }: Pick<Protection, 'plaintextConsent' | 'certificateFiles'>,
  before: string,
  after: string,
): Pick<Protection, 'plaintextConsent' | 'certificateFiles'> {
  const [one, other] = [parseConnectionString(before), parseConnectionString(after)]
  const sameHost = one.ok && other.ok && one.fields.host === other.fields.host
  const sameFiles =
    one.ok && other.ok && JSON.stringify(one.fields.certificateFiles ?? null) === JSON.stringify(other.fields.certificateFiles ?? null)
  return { plaintextConsent: plaintextConsent && sameHost, certificateFiles: certificateFiles && sameFiles }
}

/** What will be used; null while the connection string cannot be read. Consent is asked for apart. */
export function effectiveSslmode(fields: ConnectionFields | null, chosen: Sslmode | null): Sslmode | null {
  if (fields === null) return chosen
  const { host, sslmode: word, certificateFiles } = fields
  const decision = decideTls({ host, word, namesCertificates: certificateFiles !== undefined, chosen, plaintextConsent: true })
  return decision.allowed ? decision.sslmode : null
}

/** Without encryption, off this computer. */
export function needsConsent(fields: ConnectionFields | null, chosen: Sslmode | null): boolean {
  return fields !== null && effectiveSslmode(fields, chosen) === 'disable' && !isLocal(fields.host)
}

/** What has to be done about the certificates before it makes sense to connect; null: nothing. */
export function missingCertificates(
  fields: ConnectionFields | null,
  { certificates, certificateFiles }: Pick<Protection, 'certificates' | 'certificateFiles'>,
  sslmode: Sslmode | null,
): string | null {
  if (fields?.certificateFiles !== undefined) {
    return certificateFiles ? null : 'Agree to have them read, or leave sslrootcert, sslcert and sslkey out.'
  }
  const wanted = sslmode !== 'disable' && certificates.rootCertificatePem === ''
  return wanted ? 'Give the certificate of your authority, or choose another protection.' : null
}

/** What the usual is here, and by whom it was decided. */
export function usualTitle(fields: ConnectionFields | null): string {
  const usual = effectiveSslmode(fields, null)
  if (fields === null || usual === null) return 'As the connection string says'
  const { title } = describeTls(usual, fields.host)
  if (fields.sslmode === null)
    return `${title} (${fields.certificateFiles === undefined ? 'usual for this host' : 'with the files of the string'})`
  return `${title} (${usual === fields.sslmode ? 'as the connection string says' : `how “${fields.sslmode}” is read here`})`
}
