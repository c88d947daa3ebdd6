import { isIP } from 'node:net'
import { type ConnectionOptions, createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { ConnectionSettings } from './connection-settings.ts'

/** What is checked of the other end. `false`: no encryption, which the policy has allowed before it came to this. */
export async function tlsOptions({
  sslmode,
  host,
  rootCertificatePem,
  clientCertificate,
}: ConnectionSettings): Promise<ConnectionOptions | false> {
  if (sslmode === 'disable' || host.startsWith('/')) return false
  const own: ConnectionOptions = clientCertificate == null ? {} : { cert: clientCertificate.pem, key: await clientCertificate.key() }
  const name: ConnectionOptions = { ...own, ...(isIP(host) === 0 ? { servername: host } : {}) }
  switch (sslmode) {
    case 'verify-full':
      return { ...name, ...trusting(rootCertificatePem, clientCertificate == null), rejectUnauthorized: true, minVersion: 'TLSv1.2' }
    case 'verify-ca':
      // The chain, but not the name: for servers that are reached by another name than their certificate's.
      // SECURITY: only for an authority of one's own. From a public one anybody can have a certificate for some name.
      return {
        ...name,
        ...trusting(rootCertificatePem, clientCertificate == null),
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(rootCertificatePem === null ? {} : { checkServerIdentity: () => undefined }),
      }
    case 'require':
      return { ...name, rejectUnauthorized: false, minVersion: 'TLSv1.2' }
  }
}

/** Whom to believe. A context cannot be shared where a client certificate is part of it. */
function trusting(rootCertificatePem: string | null, sharable: boolean): ConnectionOptions {
  if (rootCertificatePem !== null) return { ca: [rootCertificatePem] }
  return sharable ? { secureContext: publicContext() } : { ca: publicAuthorities() }
}

let authorities: readonly string[] | null = null
let context: SecureContext | null = null

/** Node's own and the system's, which are mostly the same: hundreds, and each costs time to read. */
function publicAuthorities(): string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return [...authorities]
}

/** Read once for all connections: it would hold up the main process at each of them, and at each cancel. */
function publicContext(): SecureContext {
  context ??= createSecureContext({ ca: publicAuthorities(), minVersion: 'TLSv1.2' })
  return context
}
