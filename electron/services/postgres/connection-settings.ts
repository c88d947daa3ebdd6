import type { Sslmode } from '#shared/model/data-source.ts'

/** Where a server is, as whom to log in, and what is checked of the other end. */
export interface ConnectionSettings {
  /** A host name, an address, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** Asked only when the server asks. null: there is none. */
  readonly password: () => Promise<string | null>
  readonly sslmode: Sslmode
  /** PEM. null: what the system and Node trust. */
  readonly rootCertificatePem: string | null
  /** What this computer shows of itself; its key is asked for at each connection. null or left out: nothing. */
  readonly clientCertificate?: { readonly pem: string; readonly key: () => Promise<string> } | null
  readonly applicationName: string
  /** Set as the session starts, not by a statement that a pooler would hand on to others. null or left out: the role's own. */
  readonly searchPath?: readonly string[] | null
}
