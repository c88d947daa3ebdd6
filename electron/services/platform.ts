import type { Preferences } from '#shared/model/app.ts'

/** The few things that a host must supply to the services. All asynchronous, all serialisable, so that services could run behind a port. */
export interface Platform {
  readonly host: 'desktop' | 'web' | 'cli'
  readonly version: string
  /** Absolute, 0700, ours alone. */
  readonly dataFolder: string
  readonly log: Log
  readonly preferences: PreferenceStore
  /** Where the native and binary packages are; unpacked from the archive in a packaged app. Absolute. */
  readonly modulesFolder: string
}

/** Window bounds and looks: electron-store on the desktop, its base `conf` elsewhere. */
export interface PreferenceStore {
  read(): Promise<Preferences>
  write(change: Partial<Preferences>): Promise<Preferences>
}

/**
 * Structured and redacted by construction: an event name and typed fields. Never a SQL text, a value of a row,
 * a connection string or a password.
 */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** Returns the id that a person can quote. */
  error(event: string, error: unknown, fields?: LogFields): string
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
