import type { ConnectReport } from '#shared/model/connect.ts'

/** What a person is told of an attempt that failed. */
export type ConnectFailure = Omit<Extract<ConnectReport, { ok: false }>, 'trace'>

/** How far an attempt came; what an error means depends on it. */
export interface ConnectProgress {
  readonly reached: boolean
  readonly wantsTls: boolean
  /** What came as the answer to the question for TLS. `other`: something that no PostgreSQL says. null: nothing yet. */
  readonly tlsAnswer: 'yes' | 'no' | 'other' | null
  readonly secured: boolean
  /** The server has asked for a password. */
  readonly authenticating: boolean
  /** The server is content with who the role is. */
  readonly authenticated: boolean
  readonly timedOut: boolean
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}
