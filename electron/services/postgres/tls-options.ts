import { isIP } from 'node:net'
import { type ConnectionOptions, getCACertificates } from 'node:tls'
import type { ConnectionSettings } from './connection-settings.ts'

/** What is checked of the other end. `false`: no encryption, which the policy has allowed before it came to this. */
export async function tlsOptions({
  sslmode,
  host,
  rootCertificatePem,
  clientCertificate,
}: ConnectionSettings): Promise<ConnectionOptions | false> {
  if (sslmode === 'disable' || host.startsWith('/')) return false
  const ca = rootCertificatePem === null ? [...getCACertificates('default'), ...getCACertificates('system')] : [rootCertificatePem]
  const own: ConnectionOptions = clientCertificate == null ? {} : { cert: clientCertificate.pem, key: await clientCertificate.key() }
  const name: ConnectionOptions = { ...own, ...(isIP(host) === 0 ? { servername: host } : {}) }
  switch (sslmode) {
    case 'verify-full':
      return { ...name, ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' }
    case 'verify-ca':
      // The chain, but not the name: for servers that are reached by another name than their certificate's.
      // SECURITY: only for an authority of one's own. From a public one anybody can have a certificate for some name.
      return {
        ...name,
        ca,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(rootCertificatePem === null ? {} : { checkServerIdentity: () => undefined }),
      }
    case 'require':
      return { ...name, rejectUnauthorized: false, minVersion: 'TLSv1.2' }
  }
}
